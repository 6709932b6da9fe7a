package ai.narrows.images.pixels;

import ai.narrows.images.ImageShape;

/**
 * An image that was read, and where its patches lie. The pixels are the reader's own memory: they
 * change when it reads the next image.
 *
 * @param grid its patches
 * @param own its shape before it was preprocessed
 * @param bytes uint8 [height, width, channels] and more, where the column's pixels are bytes,
 *     otherwise null
 * @param floats the same in [0, 1], where they are floats, otherwise null
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
public record PatchedImage(PatchGrid grid, ImageShape own, byte[] bytes, float[] floats) {}
