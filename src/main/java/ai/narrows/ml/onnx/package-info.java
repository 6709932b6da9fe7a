/**
 * Models as ONNX files, which run without Spark: {@link ai.narrows.ml.onnx.OnnxFile} writes what a
 * model computes in ONNX's standard operators. The classes of the format are made by the build, and
 * nothing else sees them.
 */
package ai.narrows.ml.onnx;
