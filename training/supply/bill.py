"""``python -m training sbom``: write the bill of materials of a lock file and the shipped models, CycloneDX 1.6."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from functools import partial
from importlib.metadata import version
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from training.supply.licences import ModelFile, licence_of, shipped_models
from training.supply.lock import Pin, read_lock


def bill_of(pins: Iterable[Pin], models: Iterable[ModelFile]) -> str:
    """Return the bill as JSON: the program, each locked package with its hashes, each model with its own.

    Raises:
        CommandError: the licence of a package is not known.
    """
    licence = LicenseFactory().make_from_string
    sha256 = partial(HashType, alg=HashAlgorithm.SHA_256)
    product, bom = "cardglass", Bom()
    bom.metadata.component = Component(
        name=product,
        version=version(product),
        type=ComponentType.APPLICATION,
        licenses=[licence("MIT")],
        bom_ref=product,
    )
    for pin in pins:
        # A package has one hash for each of its distributions, so they belong to the source of those.
        source = ExternalReference(
            type=ExternalReferenceType.DISTRIBUTION,
            url=XsUri(pin.purl),
            hashes=[sha256(content=content) for content in pin.hashes],
        )
        package = Component(
            name=pin.name,
            version=pin.version,
            type=ComponentType.LIBRARY,
            licenses=[licence(licence_of(pin.name))],
            purl=PackageURL.from_string(pin.purl),
            bom_ref=pin.purl,
            external_references=[source],
            properties=[Property(name="cardglass:marker", value=pin.marker)] if pin.marker else [],
        )
        bom.components.add(package)
    for model in models:
        is_network = model.name.endswith(".onnx")
        file = Component(
            name=model.name,
            type=ComponentType.MACHINE_LEARNING_MODEL if is_network else ComponentType.DATA,
            licenses=[licence(model.licence)],
            hashes=[sha256(content=model.sha256)],
            description=model.origin,
            bom_ref=f"file:{model.name}",
        )
        bom.components.add(file)
    bom.register_dependency(bom.metadata.component, bom.components)
    return str(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``python -m training sbom``."""
    parser.add_argument("--lock", type=Path, required=True, metavar="FILE", help="lock file")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="bill to write")


def run(args: argparse.Namespace) -> int:
    """Write the bill; return the exit code."""
    pins, models = read_lock(args.lock), list(shipped_models())
    args.out.write_text(bill_of(pins, models) + "\n", encoding="utf-8")
    print(f"{args.out}: {len(pins)} packages, {len(models)} models and data files")
    return 0
