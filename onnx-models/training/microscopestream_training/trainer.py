"""Training loop on the wall clock: the schedule follows elapsed time, so a run ends annealed when it is due."""
import copy
import json
import math
import os
import time

import torch

from .loss import loss
from .network import Localizer, multiply_adds_per_pixel
from .simulator import simulate
from .simulator.sampling import Draw


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
    """One training run in `folder`: checkpoint.pt (latest) and log.jsonl."""

    def __init__(self, recipe: dict, folder: str, minutes=None, gpu=False, resume=False):
        self.recipe, self.train, self.folder = recipe, recipe["training"], folder
        self.minutes = float(minutes or self.train["minutes"])
        self.device = "cuda" if gpu else "cpu"
        torch.manual_seed(recipe["seed"])
        os.makedirs(folder, exist_ok=True)
        self.model = Localizer(**recipe["network"]).to(self.device).to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=self.train["learning_rate"],
                                           weight_decay=self.train["weight_decay"], betas=(0.9, 0.98))
        self.average = Average(self.model, self.train["ema_half_life_steps"])
        self.step, self.elapsed, self.emitters = 0, 0.0, 0
        self.path = os.path.join(folder, "checkpoint.pt")
        if resume and os.path.exists(self.path):
            self._load()
        # A resumed run must not see the scenes of its first minutes again.
        self.draw = Draw(recipe["seed"] + 7919 * self.step, self.device)

    def _load(self):
        s = torch.load(self.path, map_location=self.device)
        self.model.load_state_dict(s["model"])
        self.optimizer.load_state_dict(s["optimizer"])
        self.average.model.load_state_dict(s["average"])
        self.average.steps = self.step = s["step"]
        self.elapsed, self.emitters = s["elapsed"], s["emitters"]

    def checkpoint(self):
        save(self.path, dict(model=self.model.state_dict(), optimizer=self.optimizer.state_dict(),
                             average=self.average.model.state_dict(), step=self.step, elapsed=self.elapsed,
                             emitters=self.emitters, recipe=self.recipe))

    def run(self):
        """Train until the minutes are used up; returns the averaged model."""
        parameters = sum(p.numel() for p in self.model.parameters())
        self._log(event="start", parameters=parameters, madds_per_px=multiply_adds_per_pixel(self.model),
                  minutes=self.minutes, step=self.step)
        window, simulated, last_log, last_save = [], 0.0, time.monotonic(), time.monotonic()
        while self.elapsed < self.minutes * 60:
            began = time.monotonic()
            parts, seconds = self._one_step(self.elapsed / (self.minutes * 60))
            now = time.monotonic()
            self.elapsed += now - began
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
        self._log(event="end", step=self.step, minutes=round(self.elapsed / 60, 2))
        return self.average.model

    def _one_step(self, progress: float):
        t = self.train
        began = time.monotonic()
        scene = simulate(self.recipe["simulation"], t["batch"], self.draw)
        simulated = time.monotonic() - began
        b, n = scene.frames.shape[:2]
        keep = (~self.draw.chance(2, b, n, p=t["missing_neighbour"])).float()
        rate = learning_rate(t["learning_rate"], self.step, t["warmup_steps"], progress)
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
