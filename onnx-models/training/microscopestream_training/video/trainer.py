"""Training loop on the wall clock, as for localization; scenes are worked through in chunks, the state carried along."""
import json
import os
import time

import numpy as np
import torch

from ..trainer import ROOT, Average, learning_rate, save
from .grow import grow
from .loss import loss
from .network import VideoNetwork, multiply_adds_per_cell
from .scenes import simulate


class Running:
    """A batch of scenes on its way through the network: maps and truth [t, b, y, x], the state, the next slice."""

    def __init__(self, scenes, model, device):
        self.maps = torch.from_numpy(np.stack([s.maps for s in scenes], 1)).to(device)
        self.truth = torch.from_numpy(np.stack([s.truth for s in scenes], 1)).to(device)
        self.at = 0
        self.state = model.start(len(scenes), *self.maps.shape[2:], device=device)

    @property
    def left(self) -> int:
        return len(self.maps) - self.at


class Trainer:
    """One training run in `folder`: checkpoint.pt (latest) and log.jsonl."""

    def __init__(self, recipe: dict, folder: str, minutes=None, gpu=False, resume=False):
        self.recipe, self.train, self.folder = recipe, recipe["training"], folder
        self.minutes = float(minutes or self.train["minutes"])
        self.device = "cuda" if gpu else "cpu"
        os.makedirs(folder, exist_ok=True)
        torch.manual_seed(recipe["seed"])
        self.model = VideoNetwork(**recipe["network"])
        if "start_from" in recipe:
            grow(self.model, os.path.join(ROOT, recipe["start_from"]))
        self.model = self.model.to(self.device).to(memory_format=torch.channels_last)
        self.average = Average(self.model, self.train["ema_half_life_steps"])
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=self.train["learning_rate"],
                                           weight_decay=self.train["weight_decay"], betas=(0.9, 0.98))
        self.step, self.elapsed, self.running = 0, 0.0, []
        self.path = os.path.join(folder, "checkpoint.pt")
        if resume and os.path.exists(self.path):
            self._load()
        # A resumed run must not see the scenes of its first minutes again.
        self.rng = np.random.default_rng(recipe["seed"] + 7919 * self.step)

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
                  madds_per_camera_px=multiply_adds_per_cell(self.model), step=self.step)
        window, last_log, last_save = [], time.monotonic(), time.monotonic()
        while self.elapsed < self.minutes * 60:
            began = time.monotonic()
            window.append(self._one_step(self.elapsed / (self.minutes * 60)))
            now = time.monotonic()
            self.elapsed += now - began
            if now - last_log > 30:
                n = len(window)
                mean = {k: round(sum(w[k] for w in window) / n, 4) for k in window[0]}
                self._log(step=self.step, minutes=round(self.elapsed / 60, 2), **mean,
                          ms_per_step=round(1e3 * (now - last_log) / n, 1))
                window, last_log = [], now
            if now - last_save > 60 * self.train["checkpoint_minutes"]:
                self.checkpoint()
                last_save = now
        self.checkpoint()
        self._log(event="end", step=self.step, minutes=round(self.elapsed / 60, 2))
        return self.average.model

    def _next(self) -> Running:
        """The batch whose turn it is. Several are kept at different ages, so that consecutive steps see different scenes."""
        t = self.train
        if len(self.running) < t["running"]:
            slices = t["chunk"] * (1 + len(self.running) * t["chunks"] // t["running"])  # the first ones end early
        else:
            one = self.running.pop(0)
            if one.left >= t["chunk"]:
                self.running.append(one)
                return one
            slices = t["chunk"] * t["chunks"]
        scenes = [simulate(self.rng, self.recipe["simulation"], slices) for _ in range(t["batch"])]
        self.running.append(Running(scenes, self.model, self.device))
        return self.running[-1]

    def _one_step(self, progress: float):
        t, began = self.train, time.monotonic()
        one = self._next()
        simulated = time.monotonic() - began
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(t["learning_rate"], self.step, t["warmup_steps"], progress)
        delays = self.model.delays
        out, truth, known = [], [], []
        hidden, sums = one.state
        self.model.train()
        for i in range(one.at, one.at + t["chunk"]):
            with torch.autocast(self.device, dtype=torch.bfloat16, enabled=progress < t["full_precision_from"]):
                density, hidden, sums = self.model(one.maps[i][:, None], hidden, sums)
            out.append(density.float())
            truth.append(torch.stack([one.truth[max(i - d, 0)] for d in delays], 1))
            known.append([[float(i >= d) for d in delays]])
        value, each = loss(torch.stack(out), torch.stack(truth), torch.tensor(known, device=self.device), t["scale_part"])
        one.state = hidden.detach(), sums.detach()
        one.at += t["chunk"]
        self.optimizer.zero_grad(set_to_none=True)
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), t["gradient_clip"])
        if torch.isfinite(norm):
            self.optimizer.step()
            self.average.update(self.model)
        self.step += 1
        parts = {f"r{d}": float(r) for d, r in zip(delays, each)}
        return dict(loss=float(value), **parts, gradient=float(norm), ms_simulating=1e3 * simulated)

    def _log(self, **values):
        line = json.dumps(values)
        print(line, flush=True)
        with open(os.path.join(self.folder, "log.jsonl"), "a", encoding="utf-8") as f:
            f.write(line + "\n")
