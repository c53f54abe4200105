"""Where the command is, and the small program the tests open.

WARPLENS names the command to test; by default it is the debug build of this checkout.
"""

import os
import pathlib
import shutil

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

SOURCE = """\
// 把每个元素乘以二
__device__ float twice(float value) { return 2.0f * value; }

__global__ void scale(float* data, int count) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) data[i] = twice(data[i]) + __shfl(1, 0);
}

int main() {
  float* data = nullptr;
  scale<<<4, 256>>>(data, 1024);
  return 0;
}
"""


def warplens() -> str:
    named = os.environ.get("WARPLENS")
    built = ROOT / "target" / "debug" / "warplens"
    found = named or (str(built) if built.is_file() else shutil.which("warplens"))
    if not found:
        pytest.skip("warplens is not built: run `cargo build` first")
    return found


@pytest.fixture
def program(tmp_path):
    """A project folder with one CUDA source; gives the source's path."""
    path = tmp_path / "scale.cu"
    path.write_text(SOURCE, encoding="utf-8")
    return path
