import hashlib
import json
from pathlib import Path

import pytest
import torch

from multifidus.domain.anatomy import LABEL_OF, VERTEBRA_LABEL_OF
from multifidus.training.bundle import read_metadata, write_weights
from multifidus.training.fit import network_of
from multifidus.training.run import configuration_of
from multifidus.training.settings import read_training_settings, settings_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
BUNDLES = sorted(path.parents[1] for path in ROOT.glob("models/*/configs/inference.json"))
EXAMPLES = ("fine_tune", "mf_es_t1_t2_folds", "sudirman")
"""Settings whose bundle is not shipped."""
PARAMS = sorted(p for p in ROOT.glob("params/training/*.yml") if p.stem not in EXAMPLES)


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_every_weights_file_has_its_sha_256_in_the_metadata(bundle: Path):
    listed = read_metadata(bundle)["weights_sha256"]
    files = {path.name: path for path in (bundle / "models").iterdir()}
    assert listed.keys() == files.keys()
    for name, path in files.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == listed[name]


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_every_weights_file_fits_the_network(bundle: Path):
    network = network_of(bundle)
    for path in (bundle / "models").glob("*.pt"):
        network.load_state_dict(torch.load(path, weights_only=True))
        assert all(torch.isfinite(value).all() for value in network.state_dict().values())


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_the_channels_are_the_projects_labels(bundle: Path):
    ours = {str(v): f"{s.side} {s.muscle}".replace("_", " ") for s, v in LABEL_OF.items()}
    if bundle.name.startswith("vertebrae"):
        ours = {str(value): str(vertebra) for vertebra, value in VERTEBRA_LABEL_OF.items()}
    output = read_metadata(bundle)["network_data_format"]["outputs"]["pred"]
    channels = dict(output["channel_def"])
    assert channels.pop("0") == "background"
    assert channels == {value: ours[value] for value in channels}
    configured = json.loads((bundle / "configs" / "inference.json").read_text(encoding="utf-8"))
    assert configured["network_def"]["out_channels"] == output["num_channels"] == len(channels) + 1


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_a_bundle_brings_its_card_and_its_licence(bundle: Path):
    card = (bundle / "docs" / "README.md").read_text(encoding="utf-8").lower()
    assert "not a medical device" in card
    assert "Apache License" in (bundle / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("params", PARAMS, ids=lambda path: path.stem)
def test_every_bundle_has_the_weights_its_settings_name(params: Path):
    settings = read_training_settings(params)
    files = {*settings.weights, "model.onnx"}
    assert files == read_metadata(ROOT / settings.bundle)["weights_sha256"].keys()


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_the_weights_of_a_bundle_stay_under_20_mb(bundle: Path):
    assert sum(path.stat().st_size for path in (bundle / "models").iterdir()) < 20e6


@pytest.mark.parametrize("name", EXAMPLES)
def test_settings_that_make_a_bundle_name_the_one_it_is_configured_as(name: str):
    path = ROOT / "params" / "training" / f"{name}.yml"
    settings = read_training_settings(path)
    assert settings.start or settings.like
    assert (configuration_of(settings) / "configs" / "inference.json").is_file()


def test_the_same_weights_give_the_same_bytes_in_16_bits(tmp_path: Path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "metadata.json").write_text('{"version": "1"}')
    weights = {"a": torch.arange(6.0) / 7, "steps": torch.tensor(3)}
    first = write_weights(tmp_path, "one.pt", weights, "note")
    assert write_weights(tmp_path, "two.pt", weights, "note") == first
    saved = torch.load(tmp_path / "models" / "one.pt", weights_only=True)
    assert saved["a"].dtype == torch.float16
    assert saved["steps"] == 3
    assert read_metadata(tmp_path)["weights_note"] == {"one.pt": "note", "two.pt": "note"}


@pytest.mark.parametrize("params", PARAMS, ids=lambda path: path.stem)
def test_every_bundle_says_how_it_is_trained_as_its_settings_do(params: Path):
    settings = read_training_settings(params)
    config = json.loads((settings.bundle / "configs" / "train.json").read_text("utf-8"))
    assert settings_of(config["settings"], folder=settings.bundle) == settings
    names: dict[str, object] = {}
    for line in config["imports"]:
        exec(line.removeprefix("$"), names)  # as MONAI does
    assert callable(names["train"]) and callable(names["settings_of"])
