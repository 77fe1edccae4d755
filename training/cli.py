"""The maintainer's command line. A command's module is imported only when it is called, as some need torch."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from training.data.errors import CommandError

EXIT_UNUSABLE = 2
COMMANDS = {
    "bench": ("training.benchmarks.engine", "measure speed and memory of the engine on this machine"),
    "bench-memory": ("training.benchmarks.memory", "measure how much memory several engine processes share"),
    "bench-search": ("training.benchmarks.search", "compare ways to search many vectors"),
    "bench-titles": ("training.benchmarks.titles", "compare the index of titles with comparing all of them"),
    "calibrate": ("training.calibration.command", "fit the judge's confidence on composed photos"),
    "camera-sheet": ("training.camera.preview", "show what the close-up camera makes of faces"),
    "catalogue": ("training.catalogue.build", "build the catalogue from card metadata"),
    "check-faces": ("training.release.check_faces", "correct the names in a list of faces by the titles on them"),
    "compare-answers": ("training.benchmarks.compare_answers", "compare two engines' answers to the same photos"),
    "demo": ("training.demo.command", "draw demo cards, photograph them, and let the engine name them"),
    "draw-reprints": ("training.drawing.reprints", "redraw faces as their reprints differ, for an index of real size"),
    "evaluate": ("training.evaluation.engine_on_photos", "measure the engine on labelled photos"),
    "evaluate-artifacts": ("training.benchmarks.artifact_folders", "measure artifact folders side by side"),
    "evaluate-composed": ("training.evaluation.composed", "measure the engine on composed photos and on the open set"),
    "evaluate-cost": ("training.evaluation.costs", "measure how well mana costs are read"),
    "evaluate-detector": ("training.evaluation.detector", "measure how well the detector finds cards"),
    "evaluate-embedder": ("training.evaluation.embedder", "measure how well the network finds cards again"),
    "evaluate-plates": ("training.evaluation.plates", "measure how well name plates are found in real photos"),
    "evaluate-printings": ("training.evaluation.printings", "measure how well printings of one name are told apart"),
    "evaluate-reading": ("training.evaluation.reading", "measure how many titles are read, by layout and frame"),
    "evaluate-stream": ("training.evaluation.stream", "measure the engine on tiny cards in crops of streams"),
    "export": ("training.embedder.export", "export the embedder network to ONNX (needs torch)"),
    "export-cost": ("training.symbols.export", "export the reader of mana costs to ONNX (needs torch)"),
    "export-detector": ("training.detector.export", "export the detector's networks to ONNX (needs torch)"),
    "export-editions": ("training.editions.export", "export the networks that tell editions apart (needs torch)"),
    "house": ("training.benchmarks.house", "measure how source trees are built, side by side"),
    "index": ("training.release.index", "build an artifact folder from card pictures"),
    "install": ("training.release.install", "install a packed artifact folder"),
    "label-titles": ("training.detector.title_labels", "find the title lines of card faces to train on"),
    "licences": ("training.supply.licences", "list the licences of all locked requirements and models"),
    "pack": ("training.release.archive", "pack an artifact folder into one file for other hosts"),
    "pack-faces": ("training.data.pack_faces", "pack card faces at training size into one small file"),
    "pack-plates": (
        "training.symbols.pack_plates",
        "cut name plates from card faces and pack them into one small file",
    ),
    "refresh": ("training.release.refresh", "synchronise, build, evaluate, and install what is no worse"),
    "rollback": ("training.release.artifact_place", "go back to the previous artifact folder"),
    "sbom": ("training.supply.bill", "write the bill of materials of a lock file and the models"),
    "scene-sheet": ("training.evaluation.scene_preview", "show photos that the detector is trained and measured on"),
    "sync": ("training.scryfall.command", "fetch Scryfall's cards and pictures, and keep them current"),
    "train": ("training.train", "train a network on packed faces (needs torch)"),
    "whiten": ("training.embedder.whiten", "whiten an exported embedder's vectors by how the camera changes them"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; 2 if something that it needs can't be used."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="python -m training", description="Maintainer's tools of cardglass.")
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    try:
        for name, (module, summary) in COMMANDS.items():
            command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
            if name in arguments[:1]:
                importlib.import_module(module).add_arguments(command)
        args = parser.parse_args(arguments)
        return int(importlib.import_module(COMMANDS[args.command][0]).run(args))
    except ModuleNotFoundError as error:
        extra = "sync" if arguments[:1] == ["sync"] else "training"
        print(f"error: this needs {error.name}: pip install -e '.[{extra}]'", file=sys.stderr)
        return EXIT_UNUSABLE
    except Exception as error:
        # Imported only now: importing the engine takes a second.
        from engine.core.errors import EngineError

        if not isinstance(error, CommandError | EngineError | OSError):
            raise
        print(f"error: {error}", file=sys.stderr)
        return EXIT_UNUSABLE
