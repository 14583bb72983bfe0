"""The rival of `npm run bench captions`: the reference implementation (Hugging Face transformers on PyTorch, CPU) on one checkpoint.

    python reference.py CHECKPOINT {bf16,fp32}

Loads the checkpoint and says so in a line of JSON; then answers each line of standard input, {"images": [...], "prompt": "...",
"beams": 1, "tokens": 20}, whose pictures go through the model as one batch, by a line with its times in milliseconds. Ends when its
input does. Needs torch, transformers >= 5 and pillow.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time

import torch
import transformers
from PIL import Image
from transformers import AutoConfig, AutoImageProcessor, AutoTokenizer, StoppingCriteria, StoppingCriteriaList

transformers.logging.set_verbosity_error()


class Stopwatch(StoppingCriteria):
    """Notes when each token was there; stops nothing."""

    def __init__(self):
        self.times = []

    def __call__(self, input_ids, scores, **_):
        self.times.append(time.perf_counter())
        return torch.zeros(input_ids.shape[0], dtype=torch.bool)


def read_config(folder):
    """config.json, whose numbers JavaScript wrote: 1.0 is 1 there, which the reference's types refuse."""
    with open(os.path.join(folder, "config.json")) as file:
        values = as_floats(json.load(file))
    return type(AutoConfig.for_model(values["model_type"])).from_dict(values)


def as_floats(values):
    fractions = ("factor", "drop", "eps", "range")
    return {
        key: as_floats(value) if isinstance(value, dict)
        else float(value) if type(value) is int and any(part in key for part in fractions)
        else value
        for key, value in values.items()
    }


class Reference:
    def __init__(self, folder, dtype):
        config = read_config(folder)
        self.reads_instruction = config.model_type == "instructblip"
        self.has_image_tokens = config.model_type in ("instructblip", "blip-2")
        # older uploads name no token for the place of the picture: any that no prompt has will do
        if self.has_image_tokens and config.image_token_index is None:
            config.image_token_index = config.text_config.vocab_size - 1
        self.config = config
        architecture = getattr(transformers, config.architectures[0])
        self.model = architecture.from_pretrained(folder, config=config, dtype=dtype).eval()
        self.dtype = dtype
        self.processor = AutoImageProcessor.from_pretrained(folder, config=config)
        self.tokenizer = AutoTokenizer.from_pretrained(folder, config=config)
        if self.reads_instruction:
            self.instruction_tokenizer = AutoTokenizer.from_pretrained(os.path.join(folder, "qformer_tokenizer"), config=config.qformer_config)
        self.vision_end = 0.0
        self.model.vision_model.register_forward_pre_hook(self.vision_begins)
        self.model.vision_model.register_forward_hook(self.vision_ends)

    def vision_begins(self, *_):
        self.vision_start = time.perf_counter()

    def vision_ends(self, *_):
        self.vision_end = time.perf_counter()

    def texts(self, prompt, rows):
        ids = self.tokenizer(prompt).input_ids
        if self.has_image_tokens:
            ids = [self.config.image_token_index] * self.config.num_query_tokens + ids
        inputs = {"input_ids": torch.tensor([ids] * rows)}
        inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
        if self.reads_instruction:
            instruction = torch.tensor([self.instruction_tokenizer(prompt).input_ids] * rows)
            inputs["qformer_input_ids"] = instruction
            inputs["qformer_attention_mask"] = torch.ones_like(instruction)
        return inputs

    @torch.inference_mode()
    def answer(self, images, prompt, beams, tokens):
        start = time.perf_counter()
        pictures = [Image.open(file).convert("RGB") for file in images]
        pixels = self.processor(images=pictures, return_tensors="pt").pixel_values.to(self.dtype)
        stopwatch = Stopwatch()
        self.model.generate(
            pixel_values=pixels,
            **self.texts(prompt, len(images)),
            num_beams=beams,
            do_sample=False,
            min_new_tokens=tokens,
            max_new_tokens=tokens,
            stopping_criteria=StoppingCriteriaList([stopwatch]),
        )
        end = time.perf_counter()
        first, last = stopwatch.times[0], stopwatch.times[-1]
        return {
            "tokens": len(stopwatch.times),
            "visionMs": (self.vision_end - self.vision_start) * 1e3,
            "prefillMs": (first - self.vision_end) * 1e3,
            "msPerToken": (last - first) * 1e3 / max(1, len(stopwatch.times) - 1),
            "answerMs": (end - start) * 1e3,
            "residentBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }


def say(value):
    print(json.dumps(value), flush=True)


def main(folder, dtype_name):
    start = time.perf_counter()
    reference = Reference(folder, {"bf16": torch.bfloat16, "fp32": torch.float32}[dtype_name])
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    say({"loadMs": (time.perf_counter() - start) * 1e3, "threads": torch.get_num_threads(), **versions})
    for line in sys.stdin:
        say(reference.answer(**json.loads(line)))


main(*sys.argv[1:])
