"""The reference libraries' side of resamplers.bench.mjs.

Prints a first line {resampler: library}, then answers {"name", "from", "to"} with {"milliseconds"}.
"""
import json
import sys
import time

import cv2
import numpy as np
import PIL
import torch
from PIL import Image

cv2.setNumThreads(1)
torch.set_num_threads(1)


def picture(side):
    i = np.arange(side * side, dtype=np.int64)
    return ((i * i) >> 3).astype(np.uint8).reshape(side, side)


def make(name, source, to):
    if name == 'area':
        return lambda: cv2.resize(source, (to, to), interpolation=cv2.INTER_AREA)
    if name == 'bicubic':
        x = torch.from_numpy(source.astype(np.float32))[None, None]
        return lambda: torch.nn.functional.interpolate(x, (to, to), mode='bicubic', align_corners=False)
    image = Image.fromarray(source)
    filters = {'bilinear': Image.Resampling.BILINEAR, 'lanczos': Image.Resampling.LANCZOS}
    return lambda: image.resize((to, to), filters[name])


pillow = f'Pillow {PIL.__version__}'
print(json.dumps({
    'area': f'OpenCV {cv2.__version__}', 'bilinear': pillow, 'lanczos': pillow,
    'bicubic': f'PyTorch {torch.__version__}'}), flush=True)
made = {}
for line in sys.stdin:
    request = json.loads(line)
    key = tuple(request.values())
    if key not in made:
        made[key] = make(request['name'], picture(request['from']), request['to'])
    start = time.perf_counter()
    made[key]()
    print(json.dumps({'milliseconds': 1000 * (time.perf_counter() - start)}), flush=True)
