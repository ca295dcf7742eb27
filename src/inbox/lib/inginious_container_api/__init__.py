"""The interface that grading scripts know, under the names that they use."""

DEBUG = False
