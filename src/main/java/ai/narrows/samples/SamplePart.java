package ai.narrows.samples;

import ai.narrows.images.ImageShape;

/**
 * A made-up picture of a part, and where it has a defect.
 *
 * @param shape of the picture
 * @param pixels uint8, [height, width, channels], colour in the order blue, green, red
 * @param mask uint8, [height, width]: 255 where there is a defect, otherwise 0
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
public record SamplePart(ImageShape shape, byte[] pixels, byte[] mask) {}
