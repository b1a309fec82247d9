"""The version of a site's own bundle tells its weights apart from those of another training."""

import hashlib
from pathlib import Path

from multifidus.training.bundle import read_metadata, write_metadata

DIGITS = 8


def write_own_version(bundle: Path) -> str:
    """Put a mark of every weights file behind the bundle's version, such as `0.1.0+3f2a90bc`.

    A site that labels more and trains again under the same name gets another version, so that
    results along two borders are not compared as one network's. Returns the version.
    """
    metadata = read_metadata(bundle)
    weights = repr(sorted(metadata["weights_sha256"].items()))
    mark = hashlib.sha256(weights.encode()).hexdigest()[:DIGITS]
    version = f"{metadata['version'].partition('+')[0]}+{mark}"
    write_metadata(bundle, metadata | {"version": version})
    return version
