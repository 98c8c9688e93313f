"""Training loop on the wall clock: the schedule follows elapsed time, so a run ends annealed when it is due."""
import copy
import json
import math
import os
import time

import torch

from .grow import grow, package_weights
from .loss import loss
from .network import Localizer, multiply_adds_per_pixel
from .simulator import simulate
from .simulator.sampling import Draw
from .stages import stages

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # what a recipe's paths are relative to


class Average:
    """Exponential moving average of a model's weights, warming up with the number of steps."""

    def __init__(self, model, half_life: float):
        self.model = copy.deepcopy(model).eval()
        self.decay, self.steps = 0.5 ** (1.0 / half_life), 0

    @torch.no_grad()
    def update(self, model):
        self.steps += 1
        d = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for a, b in zip(self.model.parameters(), model.parameters()):
            a.lerp_(b, 1 - d)


def learning_rate(base: float, step: int, warmup: int, progress: float) -> float:
    """Linear warm-up over steps, half a cosine over progress 0..1, down to 0.5 % of base."""
    return base * min(1.0, (step + 1) / warmup) * (0.005 + 0.995 * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0))))


def save(path: str, state: dict):
    """Write atomically: a reader, or a crash, never meets half a file."""
    torch.save(state, path + ".part")
    os.replace(path + ".part", path)


class Trainer:
    """One training run in `folder`: checkpoint.pt (latest) and log.jsonl.

    Each stage starts from the averaged weights of the one before, with an optimizer of its own.
    """

    def __init__(self, recipe: dict, folder: str, minutes=None, gpu=False, resume=False):
        self.recipe, self.stages, self.folder = recipe, stages(recipe), folder
        share = float(minutes) / sum(s["training"]["minutes"] for s in self.stages) if minutes else 1.0
        self.minutes = [share * s["training"]["minutes"] for s in self.stages]
        self.device = "cuda" if gpu else "cpu"
        torch.manual_seed(recipe["seed"])
        os.makedirs(folder, exist_ok=True)
        self.model = Localizer(**recipe["network"])
        if "start_from" in recipe:
            grow(self.model, package_weights(os.path.join(ROOT, recipe["start_from"])))
        self.model = self.model.to(self.device).to(memory_format=torch.channels_last)
        self.step, self.emitters, self.spent = 0, 0, 0.0  # over all stages; spent: seconds
        self._begin(0)
        self.path = os.path.join(folder, "checkpoint.pt")
        if resume and os.path.exists(self.path):
            self._load()
        # A resumed run must not see the scenes of its first minutes again.
        self.draw = Draw(recipe["seed"] + 7919 * self.step, self.device)

    def _begin(self, stage: int):
        self.stage, self.train, self.simulation = stage, self.stages[stage]["training"], self.stages[stage]["simulation"]
        if stage > 0:
            self.model.load_state_dict(self.average.model.state_dict())
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=self.train["learning_rate"],
                                           weight_decay=self.train["weight_decay"], betas=(0.9, 0.98))
        self.average = Average(self.model, self.train["ema_half_life_steps"])
        self.elapsed, self.first = 0.0, self.step

    def _load(self):
        s = torch.load(self.path, map_location=self.device)
        self.step, self.emitters, self.spent = s["step"], s["emitters"], s.get("spent", s["elapsed"])
        self._begin(0)
        self.stage = s.get("stage", 0)
        self.train, self.simulation = self.stages[self.stage]["training"], self.stages[self.stage]["simulation"]
        self.model.load_state_dict(s["model"])
        self.optimizer.load_state_dict(s["optimizer"])
        self.average.model.load_state_dict(s["average"])
        self.elapsed, self.first = s["elapsed"], s.get("first", 0)
        self.average.steps = self.step - self.first

    def checkpoint(self):
        save(self.path, dict(model=self.model.state_dict(), optimizer=self.optimizer.state_dict(),
                             average=self.average.model.state_dict(), step=self.step, elapsed=self.elapsed,
                             stage=self.stage, first=self.first, spent=self.spent, emitters=self.emitters,
                             recipe=self.recipe))

    def run(self):
        """Train until every stage's minutes are used up; returns the averaged model."""
        while True:
            self._run_stage()
            if self.stage + 1 == len(self.stages):
                return self.average.model
            self._begin(self.stage + 1)

    def _run_stage(self):
        parameters = sum(p.numel() for p in self.model.parameters())
        minutes = self.minutes[self.stage]
        self._log(event="start", stage=self.stage, parameters=parameters, madds_per_px=multiply_adds_per_pixel(self.model),
                  minutes=minutes, step=self.step)
        window, simulated, last_log, last_save = [], 0.0, time.monotonic(), time.monotonic()
        while self.elapsed < minutes * 60:
            began = time.monotonic()
            parts, seconds = self._one_step(self.elapsed / (minutes * 60))
            now = time.monotonic()
            self.elapsed += now - began
            self.spent += now - began
            simulated += seconds
            window.append(parts)
            if now - last_log > 30:
                mean = {k: round(sum(w[k] for w in window) / len(window), 4) for k in window[0]}
                self._log(step=self.step, minutes=round(self.elapsed / 60, 2), **mean,
                          ms_per_step=round(1e3 * (now - last_log) / len(window), 1),
                          ms_simulating=round(1e3 * simulated / len(window), 1))
                window, simulated, last_log = [], 0.0, now
            if now - last_save > 60 * self.train["checkpoint_minutes"]:
                self.checkpoint()
                last_save = now
        self.checkpoint()
        self._log(event="end", stage=self.stage, step=self.step, minutes=round(self.elapsed / 60, 2))

    def _one_step(self, progress: float):
        t = self.train
        began = time.monotonic()
        scene = simulate(self.simulation, t["batch"], self.draw)
        simulated = time.monotonic() - began
        b, n = scene.frames.shape[:2]
        keep = (~self.draw.chance(2, b, n, p=t["missing_neighbour"])).float()
        rate = learning_rate(t["learning_rate"], self.step - self.first, t["warmup_steps"], progress)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        # bfloat16 does for most of the way; the last stretch in float32 settles positions to a few thousandths of a px.
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=progress < t["full_precision_from"]):
            raw = self.model(scene.frames, keep, ring=True)
        bce = max(t["bce_floor"], 1 - progress / t["bce_until"]) if t["bce_until"] > 0 else t["bce_floor"]
        value, parts = loss(raw, scene, bce)
        self.optimizer.zero_grad(set_to_none=True)
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), t["gradient_clip"])
        if torch.isfinite(norm):
            self.optimizer.step()
            self.average.update(self.model)
        self.step += 1
        self.emitters += int(scene.x.numel())
        parts.update(lr=rate, gradient=float(norm), emitters=scene.x.numel() / (b * n))
        return parts, simulated

    def _log(self, **values):
        line = json.dumps(values)
        print(line, flush=True)
        with open(os.path.join(self.folder, "log.jsonl"), "a", encoding="utf-8") as f:
            f.write(line + "\n")
