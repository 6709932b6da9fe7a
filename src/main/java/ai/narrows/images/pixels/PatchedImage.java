package ai.narrows.images.pixels;

/**
 * An image that was read, and where its patches lie. The pixels are the reader's own memory: they
 * change when it reads the next image.
 *
 * @param grid its patches
 * @param bytes uint8 [height, width, channels] and more, where the column's pixels are bytes,
 *     otherwise null
 * @param floats the same in [0, 1], where they are floats, otherwise null
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
public record PatchedImage(PatchGrid grid, byte[] bytes, float[] floats) {}
