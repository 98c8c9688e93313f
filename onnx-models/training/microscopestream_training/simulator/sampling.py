"""Random draws on any device from one explicit generator, so that a seed fixes a whole training run."""
import math

import torch


class Draw:
    """Shorthand for random tensors of one device and generator."""

    def __init__(self, seed: int, device: str = "cpu"):
        self.device = torch.device(device)
        self.generator = torch.Generator(device=self.device)
        self.generator.manual_seed(seed)

    def uniform(self, *shape, low=0.0, high=1.0):
        return low + (high - low) * torch.rand(*shape, generator=self.generator, device=self.device)

    def normal(self, *shape):
        return torch.randn(*shape, generator=self.generator, device=self.device)

    def log_uniform(self, *shape, low, high):
        return torch.exp(self.uniform(*shape, low=math.log(low), high=math.log(high)))

    def exponential(self, *shape):
        return -torch.log1p(-self.uniform(*shape).clamp(max=1 - 1e-7))

    def integers(self, *shape, high):
        return torch.randint(0, high, shape, generator=self.generator, device=self.device)

    def chance(self, *shape, p):
        """Boolean tensor, True with probability p (number or tensor)."""
        return self.uniform(*shape) < p

    def poisson(self, mean):
        return torch.poisson(mean, generator=self.generator)

    def gamma(self, shape):
        """Unit-scale gamma variates of the given shape parameters (all > 0)."""
        return torch._standard_gamma(shape, generator=self.generator)

    def category(self, n, weights):
        """n draws of an index with the given weights."""
        w = torch.tensor(weights, dtype=torch.float32, device=self.device)
        return torch.multinomial(w, n, replacement=True, generator=self.generator)
