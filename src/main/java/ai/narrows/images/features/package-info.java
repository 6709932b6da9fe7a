/**
 * Frozen feature extractors, called backbones: what turns an image into a grid of features, on
 * which networks work as they do on images. Internal.
 */
package ai.narrows.images.features;
