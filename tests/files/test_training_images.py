"""The list of training images that lies in a bundle."""

import json

import pytest

from multifidus.domain.errors import InputError
from multifidus.domain.seen import Seen, SeenKind
from multifidus.files.paths import INFERENCE, MODELS
from multifidus.files.training_images import SEEN_FILE, read_all_seen, read_seen, write_all_seen

ONE = Seen("a", SeenKind.IMAGE, "0" * 32, "f" * 64)
TWO = Seen("b, c", SeenKind.OUTLINES, "1" * 32)
BUNDLES = sorted(path.parents[1] for path in MODELS.glob(f"*/{INFERENCE}"))


def test_what_is_written_is_read_back_by_weights(tmp_path):
    write_all_seen({"model.pt": [TWO, ONE, ONE], "fold.pt": [TWO]}, tmp_path)
    assert read_all_seen(tmp_path) == {"model.pt": [ONE, TWO], "fold.pt": [TWO]}
    assert read_seen(tmp_path, "fold.pt") == [TWO]


def test_weights_that_are_not_listed_do_not_count_as_weights_that_saw_nothing(tmp_path):
    assert read_seen(tmp_path, "model.pt") is None
    write_all_seen({"fold.pt": [TWO]}, tmp_path)
    assert read_seen(tmp_path, "model.pt") is None


@pytest.mark.parametrize(
    "text", ["person,kind\na,image\n", "person,kind,pixels,look,weights\na,x,0,,m\n"]
)
def test_a_spoilt_list_is_refused(tmp_path, text):
    (tmp_path / SEEN_FILE).parent.mkdir()
    (tmp_path / SEEN_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"no.* list of training images"):
        read_seen(tmp_path, "m")


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_every_shipped_bundle_lists_the_images_of_everyone_that_it_was_trained_on(bundle):
    metadata = json.loads((bundle / "configs" / "metadata.json").read_text("utf-8"))
    listed = read_all_seen(bundle)
    assert listed is not None
    assert listed.keys() == metadata["weights_trained_on"].keys()
    for name, people in metadata["weights_trained_on"].items():
        images = {one.person for one in listed[name] if one.kind is SeenKind.IMAGE}
        assert images == set(people), name
