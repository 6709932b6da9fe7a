package ai.narrows.images.pixels;

/**
 * A part of an image in which pixels touch each other.
 *
 * @param x the leftmost column, from 0
 * @param y the uppermost row, from 0
 * @param width columns, at least 1
 * @param height rows, at least 1
 * @param area pixels, at least 1
 * @param highest level of the error map in it, from 0 to 255
 * @param outline x and y of each corner of its outer boundary, clockwise from the left end of its
 *     uppermost line; corners of pixels, from 0 to the image's width and height
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
public record Region(int x, int y, int width, int height, int area, int highest, int[] outline) {}
