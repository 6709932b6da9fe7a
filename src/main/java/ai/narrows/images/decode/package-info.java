/**
 * Image files to pixels: {@link ai.narrows.images.decode.ImageDecoder} reads JPEG, PNG, GIF, BMP,
 * TIFF, WebP and Netpbm, with the pixel values of each format's reference decoder. {@code
 * docs/decoders.md} lists what is supported.
 *
 * <p>Internal. May import {@code ai.narrows.images}, TwelveMonkeys ImageIO and the JDK.
 */
package ai.narrows.images.decode;
