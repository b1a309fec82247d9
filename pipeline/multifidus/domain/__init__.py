"""The ground every room stands on: the words of the field as validated, frozen types."""
