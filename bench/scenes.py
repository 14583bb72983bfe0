"""Draws scenes of the bundled models' world whose geometry is known: `python scenes.py COUNT SIZE_PX FOLDER [others]`.

Writes i.png for each, and truth.json: the caption, the tags, and for each group of objects the word that names it in the caption, kind, color, and
the boxes of its objects (left, top, right, bottom, each 0 to 1). The seeds are none that the models were trained on.
With `others`, more pictures of each scene, which truth.json names by how they differ from the first. Needs Pillow.
"""

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "resources" / "demo-model" / "origin"))
import scenes

count, size, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
folder.mkdir(parents=True, exist_ok=True)
draw_object = scenes._draw_object


def render_moved(scene: dict, rng: random.Random, by: float):
    """With its first object elsewhere, by a part of the picture's width."""
    offsets = iter([by * size * 2])

    def draw(d, kind, color, x, *rest):
        draw_object(d, kind, color, x + next(offsets, 0), *rest)

    scenes._draw_object = draw
    try:
        return scenes.render(scene, size, rng)
    finally:
        scenes._draw_object = draw_object


def replaced(scene: dict, rng: random.Random) -> dict:
    """Other things in the same places."""
    taken = {group["kind"] for group in scene["groups"]}
    groups = []
    for group in scene["groups"]:
        place = scenes.KINDS[group["kind"]][0]
        kinds = [kind for kind, (other, _) in scenes.KINDS.items() if other == place and kind not in taken]
        if kinds:
            kind = rng.choice(kinds)
            taken.add(kind)
            groups.append({**group, "kind": kind, "color": rng.choice(scenes.KINDS[kind][1])})
        else:
            colors = [color for color in scenes.KINDS[group["kind"]][1] if color != group["color"]]
            groups.append({**group, "color": rng.choice(colors)})
    return {**scene, "groups": groups}


def elsewhere(scene: dict, rng: random.Random) -> dict:
    """Other things in the same landscape, at the same time."""
    while True:
        other = scenes.sample(rng)
        if (other["ground"] == "sea") == (scene["ground"] == "sea"):
            return {**scene, "groups": other["groups"]}


def others_of(scene: dict, drawn: tuple, index: int) -> dict:
    rng = random.Random()

    def again(what: dict):
        rng.setstate(drawn)
        return scenes.render(what, size, rng)

    choice = random.Random(19_000_000 + index)
    moved = {}
    for percent in (4, 12):
        rng.setstate(drawn)
        moved[f"a thing moved by {percent} %"] = render_moved(scene, rng, percent / 100)
    return {
        **moved,
        "another thing in its place": again(replaced(scene, choice)),
        "the same words, drawn anew": scenes.render(scene, size, choice),
        "the same landscape, other things": scenes.render(elsewhere(scene, choice), size, choice),
    }


truth = []
for i in range(count):
    rng = random.Random(9_000_000 + i)
    scene, boxes = scenes.sample(rng), []
    drawn = rng.getstate()
    scenes.render(scene, size, rng, boxes=boxes).save(folder / f"{i}.png")
    others = {}
    if "others" in sys.argv[4:]:
        for number, (name, picture) in enumerate(others_of(scene, drawn, i).items()):
            others[name] = f"{i}-{number}.png"
            picture.save(folder / others[name])
    groups = [
        {
            "word": group["kind"] if group["count"] == 1 else scenes.PLURALS[group["kind"]],
            "kind": group["kind"],
            "color": group["color"],
            "boxes": [box[1:] for box in boxes if box[0] == index],
        }
        for index, group in enumerate(scene["groups"])
    ]
    entry = {"file": f"{i}.png", "caption": scenes.caption(scene), "tags": scenes.tags(scene), "groups": groups}
    truth.append({**entry, "others": others})
(folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
