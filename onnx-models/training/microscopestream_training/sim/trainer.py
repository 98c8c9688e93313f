"""Training loop on the wall clock, as for localization; the loss is the mean PSNR."""
import json
import os
import time

import numpy as np
import torch

from ..simulator.sampling import Draw
from ..trainer import Average, learning_rate, save
from . import pool
from .network import Denoiser, Refiner, SimNetwork, multiply_adds_per_pixel
from .refinement import SCENES, Shards
from .scenes import Scene, simulate

FLOOR = 1e-5  # mean squared error over peak squared (50 dB) below which a scene stops pulling


def build(recipe: dict):
    """The network of a recipe: a Refiner where it says so, a Denoiser where the target is the frame itself, else a SimNetwork."""
    s, sizes = recipe["simulation"], {k: v for k, v in recipe["network"].items() if k != "kind"}
    if recipe["network"].get("kind") == "refiner":
        return Refiner(**sizes)
    if s["target"] == "frame":
        return Denoiser(s["angles"] * s["phases"], **recipe["network"])
    return SimNetwork(s["angles"], s["phases"], **recipe["network"])


def loss(photons, scene):
    """Mean over scenes of the log of the mean squared error in photons relative to the peak: every scene's decibels count alike."""
    error = (photons.float() - scene.target) / scene.level[:, None, None, None]
    return torch.log((error * error).mean((1, 2, 3)) + FLOOR).mean()


def copy_matching(model, state: dict) -> int:
    """Takes over every tensor of the same name and shape; returns how many."""
    own = model.state_dict()
    same = {k: v for k, v in state.items() if k in own and own[k].shape == v.shape}
    model.load_state_dict(own | same)
    return len(same)


class Trainer:
    """One training run in `folder`: checkpoint.pt (latest) and log.jsonl."""

    def __init__(self, recipe: dict, folder: str, pool_folder: str, minutes=None, resume=False, start_from=None,
                 gpu=False, shards_folder=None, kinds=None):
        self.recipe, self.train, self.folder = recipe, recipe["training"], folder
        self.minutes = float(minutes or self.train["minutes"])
        self.device = "cuda" if gpu else "cpu"
        os.makedirs(folder, exist_ok=True)
        torch.manual_seed(recipe["seed"])
        self.model = build(recipe).to(self.device).to(memory_format=torch.channels_last)
        if start_from:
            taken = copy_matching(self.model, torch.load(start_from, map_location=self.device)["average"])
            self._log(event="started from", checkpoint=os.path.basename(os.path.dirname(start_from)), tensors=taken)
        self.average = Average(self.model, self.train["ema_half_life_steps"])
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=self.train["learning_rate"],
                                           weight_decay=self.train["weight_decay"], betas=(0.9, 0.98))
        self.step, self.elapsed = 0, 0.0
        self.path = os.path.join(folder, "checkpoint.pt")
        if resume and os.path.exists(self.path):
            self._load()
        # A resumed run must not see the scenes of its first minutes again.
        self.draw = Draw(recipe["seed"] + 7919 * self.step, self.device)
        self.rng = np.random.default_rng(recipe["seed"] + 104729 * self.step)
        self.pool, self.shards = None, None
        if isinstance(self.model, Refiner):
            self.shards = Shards(shards_folder, kinds or recipe["simulation"]["kinds"])
            self._wait_for_shards()
        else:
            self.pool = pool.make(pool_folder, **recipe["pool"])

    def _load(self):
        s = torch.load(self.path, map_location=self.device)
        self.model.load_state_dict(s["model"])
        self.optimizer.load_state_dict(s["optimizer"])
        self.average.model.load_state_dict(s["average"])
        self.average.steps = self.step = s["step"]
        self.elapsed = s["elapsed"]

    def checkpoint(self):
        save(self.path, dict(model=self.model.state_dict(), optimizer=self.optimizer.state_dict(), step=self.step,
                             average=self.average.model.state_dict(), elapsed=self.elapsed, recipe=self.recipe))

    def run(self):
        """Train until the minutes are used up; returns the averaged model."""
        self._log(event="start", parameters=sum(p.numel() for p in self.model.parameters()), minutes=self.minutes,
                  madds_per_px=multiply_adds_per_pixel(self.model), step=self.step)
        window, simulated, last_log, last_save = [], 0.0, time.monotonic(), time.monotonic()
        while self.elapsed < self.minutes * 60:
            began = time.monotonic()
            value, seconds = self._one_step(self.elapsed / (self.minutes * 60))
            now = time.monotonic()
            self.elapsed += now - began
            simulated += seconds
            window.append(value)
            if now - last_log > 30:
                n = len(window)
                self._log(step=self.step, minutes=round(self.elapsed / 60, 2), db=round(-4.3429 * sum(window) / n, 2),
                          ms_per_step=round(1e3 * (now - last_log) / n, 1), ms_simulating=round(1e3 * simulated / n, 1))
                window, simulated, last_log = [], 0.0, now
            if now - last_save > 60 * self.train["checkpoint_minutes"]:
                self.checkpoint()
                last_save = now
                if self.shards:
                    self._log(scenes=self.shards.look())
        self.checkpoint()
        self._log(event="end", step=self.step, minutes=round(self.elapsed / 60, 2))
        return self.average.model

    def _wait_for_shards(self):
        """Training may begin while `refinement` still writes."""
        while self.shards.look() < 4 * SCENES * len(self.shards.kinds):
            time.sleep(5)

    def _scene(self):
        if self.shards is None:
            return simulate(self.recipe["simulation"], self.pool, self.train["batch"], self.draw, self.rng)
        planes, target, level = (t.to(self.device) for t in self.shards.batch(self.train["batch"], self.rng))
        return Scene(planes, target, level, None, None)

    def _one_step(self, progress: float):
        t = self.train
        began = time.monotonic()
        scene = self._scene()
        simulated = time.monotonic() - began
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(t["learning_rate"], self.step, t["warmup_steps"], progress)
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=progress < t["full_precision_from"]):
            photons = self.model.raw(scene.frames, scene.carrier, scene.phase)
        value = loss(photons, scene)
        self.optimizer.zero_grad(set_to_none=True)
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), t["gradient_clip"])
        if torch.isfinite(norm):
            self.optimizer.step()
            self.average.update(self.model)
        self.step += 1
        return float(value), simulated

    def _log(self, **values):
        line = json.dumps(values)
        print(line, flush=True)
        with open(os.path.join(self.folder, "log.jsonl"), "a", encoding="utf-8") as f:
            f.write(line + "\n")
