"""pycocotools' side of coco.bench.mjs.

Prints a first line {version}, then answers {"path"}, a JSON file of ground truth and detections, with
{"milliseconds", "evaluate", "stats"}: from parsed JSON to the 12 numbers, and of these evaluate and accumulate alone.
"""
import contextlib
import copy
import io
import json
import sys
import time
from importlib.metadata import version

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

print(json.dumps({'version': f"pycocotools {version('pycocotools')}, numpy {np.__version__}"}), flush=True)
parsed = {}
for line in sys.stdin:
    path = json.loads(line)['path']
    if path not in parsed:
        with open(path) as file:
            parsed[path] = json.load(file)
    # pycocotools writes into what it is given.
    data = copy.deepcopy(parsed[path])
    with contextlib.redirect_stdout(io.StringIO()):
        start = time.perf_counter()
        truth = COCO()
        truth.dataset = data
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(data['detections']), 'bbox')
        middle = time.perf_counter()
        evaluation.evaluate()
        evaluation.accumulate()
        end = time.perf_counter()
        evaluation.summarize()
        last = time.perf_counter()
    print(json.dumps({'milliseconds': 1000 * (last - start), 'evaluate': 1000 * (end - middle),
                      'stats': evaluation.stats.tolist()}), flush=True)
