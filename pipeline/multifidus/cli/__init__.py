"""The command line: words in, words out."""

from multifidus.cli.app import app as app
from multifidus.cli.app import main as main
