package ai.narrows.distributed;

import ai.narrows.train.PixelBlock;
import java.util.function.IntFunction;

/**
 * A worker's blocks as its task sees them; a block is fetched when it is opened.
 *
 * @param worker index from 0
 * @param training opens a training block
 * @param validation opens a validation block
 */
record Shard(int worker, IntFunction<PixelBlock> training, IntFunction<PixelBlock> validation) {}
