package ai.narrows.nn.kernels;

class CpuKernelsTest extends KernelsContract {
  @Override
  Kernels kernels() {
    return Kernels.cpu();
  }
}
