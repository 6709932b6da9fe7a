package ai.narrows.nn;

class CpuKernelsTest extends KernelsContract {
  @Override
  Kernels kernels() {
    return Kernels.cpu();
  }
}
