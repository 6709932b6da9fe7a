package io.narrows.nn;

class Nd4jKernelsTest extends KernelsContract {
  @Override
  Kernels kernels() {
    return Kernels.nd4j();
  }
}
