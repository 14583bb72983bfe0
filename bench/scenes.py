"""Draws scenes of the bundled models' world whose geometry is known: `python scenes.py COUNT SIZE_PX FOLDER`.

Writes i.png for each, and truth.json: the caption, the tags, and for each group of objects the word that names it in the caption, kind, color, and
the boxes of its objects (left, top, right, bottom, each 0 to 1). The seeds are none that the models were trained on.
Needs Pillow.
"""

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "resources" / "demo-model" / "origin"))
import scenes

count, size, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
folder.mkdir(parents=True, exist_ok=True)
truth = []
for i in range(count):
    rng = random.Random(9_000_000 + i)
    scene, boxes = scenes.sample(rng), []
    scenes.render(scene, size, rng, boxes=boxes).save(folder / f"{i}.png")
    groups = [
        {
            "word": group["kind"] if group["count"] == 1 else scenes.PLURALS[group["kind"]],
            "kind": group["kind"],
            "color": group["color"],
            "boxes": [box[1:] for box in boxes if box[0] == index],
        }
        for index, group in enumerate(scene["groups"])
    ]
    truth.append({"file": f"{i}.png", "caption": scenes.caption(scene), "tags": scenes.tags(scene), "groups": groups})
(folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
