"""The causal recurrent network: a localization map and the state in, densities (now and a few slices ago) and the state out."""
import torch
import torch.nn as nn
import torch.nn.functional as F

CELL = 4  # fine px per cell: the network works on the camera's pixels and puts the finer grid into channels
MULTIPLE = 2 * CELL  # the context branch halves once more
DECAYS = (0.6, 0.85, 0.95)  # of the running sums kept in the state
GAIN = 2.0  # maps enter as log(1 + GAIN x)


def _conv(a, b, **more):
    return nn.Conv2d(a, b, 3, padding=1, **more)


class VideoNetwork(nn.Module):
    """Convolutional gated recurrent unit on cells, with decaying sums of the map beside its hidden state.

    delays: slices ago of each output channel; 0 is now. further: convolutions more in the context branch. Gated recurrent unit: Cho et al. 2014, 10.3115/v1/D14-1179, its gates
    made convolutions after Ballas et al. 2016 (arXiv 1511.06432).
    """

    def __init__(self, width=48, hidden=48, context=64, delays=(0, 2, 5), further=0):
        super().__init__()
        self.hidden, self.delays = hidden, tuple(delays)
        maps, out = 1 + len(DECAYS), len(self.delays)
        self.register_buffer("decays", torch.tensor(DECAYS).view(1, -1, 1, 1))
        self.stem = nn.Conv2d(maps, width, CELL, stride=CELL)
        self.encode = _conv(width, width)
        self.down = _conv(width + hidden, context, stride=2)
        self.across = _conv(context, context)
        self.further = nn.ModuleList(_conv(context, context) for _ in range(further))
        self.up = nn.Conv2d(context, width, 1)
        self.gates = _conv(width + hidden, 2 * hidden)
        self.candidate = _conv(width + hidden, hidden)
        self.decode = _conv(hidden + width, hidden)
        self.head = _conv(hidden, out * CELL * CELL)
        self.direct = nn.Conv2d(maps, out, 5, padding=2, bias=False)
        self._start_from_decaying_sums()

    def _start_from_decaying_sums(self):
        """At first the output is a blurred decaying sum: training begins where that baseline is."""
        with torch.no_grad():
            self.head.weight.mul_(0.1)
            nn.init.constant_(self.head.bias, -0.05)
            self.gates.bias[:self.hidden].fill_(-1.0)  # keep the state rather than replace it
            g = torch.exp(-0.5 * (torch.arange(5) - 2.0) ** 2)
            self.direct.weight.mul_(0.01)
            self.direct.weight[:, 2] += 1.5 * g[:, None] * g[None] / (g.sum() ** 2)

    def start(self, batch: int, height: int, width: int, device="cpu"):
        """The state before the first slice: (hidden [b, h, y/4, x/4], sums [b, 3, y, x]), all zero."""
        return (torch.zeros(batch, self.hidden, height // CELL, width // CELL, device=device),
                torch.zeros(batch, len(DECAYS), height, width, device=device))

    def forward(self, counts, hidden, sums):
        """counts [b, 1, y, x]; returns density [b, delays, y, x], and the state."""
        sums = sums * self.decays + counts
        seen = torch.log1p(GAIN * torch.cat((counts, sums), 1))
        e = F.elu(self.stem(seen))
        e = e + F.elu(self.encode(e))
        c = F.elu(self.down(torch.cat((e, hidden), 1)))
        c = c + F.elu(self.across(c))
        for one in self.further:
            c = c + F.elu(one(c))
        e = e + F.interpolate(self.up(c), scale_factor=2.0, mode="nearest")
        keep, use = torch.chunk(torch.sigmoid(self.gates(torch.cat((e, hidden), 1))), 2, 1)
        fresh = torch.tanh(self.candidate(torch.cat((e, use * hidden), 1)))
        hidden = hidden + keep * (fresh - hidden)
        d = F.elu(self.decode(torch.cat((hidden, e), 1)))
        density = F.pixel_shuffle(self.head(d + hidden), CELL) + self.direct(seen)
        # In training what lies below zero still pulls, a little.
        shown = F.leaky_relu(density, 0.01) if self.training else torch.relu(density)
        return shown, hidden, sums


def multiply_adds_per_cell(model: VideoNetwork) -> float:
    """Multiplications and additions per camera pixel and slice."""
    at_half = {model.down, model.across, model.up, *model.further}
    total = 0.0
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            per = CELL * CELL if m is model.direct else 0.25 if m in at_half else 1.0
            total += per * m.weight.numel()
    return total
