"""The verbs of the command line: each opens, asks, and shows the answer as a table or as JSON."""

from __future__ import annotations

from explorer.verbs.app import APP
from explorer.verbs.classifying import CLASSIFY
from explorer.verbs.clustering import CLUSTER
from explorer.verbs.collections import COLLECTIONS
from explorer.verbs.evaluating import EVALUATE
from explorer.verbs.explaining import EXPLAIN
from explorer.verbs.exporting import EXPORT
from explorer.verbs.mapping import PROJECT
from explorer.verbs.searching import SEARCH, SIMILAR
from explorer.verbs.showing import SHOW

VERBS = {
    "app": APP,
    "search": SEARCH,
    "similar": SIMILAR,
    "show": SHOW,
    "cluster": CLUSTER,
    "explain": EXPLAIN,
    "project": PROJECT,
    "evaluate": EVALUATE,
    "classify": CLASSIFY,
    "export": EXPORT,
    "collections": COLLECTIONS,
}
