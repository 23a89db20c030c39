"""What the training runs have in common: their options, their log and their checkpoints."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import torch


def make_parser(about: str | None, *, data: str, epochs: int, rate: float, minutes: float) -> argparse.ArgumentParser:
    """The options of a run with these defaults; `data` says what its folder has to hold."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {data}")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without", action="append", default=[], help="a set to leave out, by its name")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--rate", type=float, default=rate)
    parser.add_argument("--minutes", type=float, default=minutes, help="between checkpoints")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rows", type=int, help="train on so many rows only, to try things out")
    return parser


def start_log(log: logging.Logger) -> None:
    """Shows what this logger says, each line with its time."""
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    log.setLevel(logging.INFO)


def save(path: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, step: int) -> None:
    """A checkpoint, whole or not at all."""
    new = path.with_suffix(".new")
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, new)
    new.replace(path)


def restore(path: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, device: torch.device) -> int:
    """Puts both back to where a checkpoint has them; the number of steps that were done by then."""
    stored = torch.load(path, weights_only=True, map_location=device)
    model.load_state_dict(stored["model"])
    optimizer.load_state_dict(stored["optimizer"])
    return int(stored["step"])
