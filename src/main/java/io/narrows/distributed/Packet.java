package io.narrows.distributed;

import java.io.Serializable;

/**
 * A run of records on their way through a shuffle: one large byte array instead of many small
 * objects.
 *
 * @param first place of the first record where the order matters, otherwise 0
 * @param rows number of records
 * @param data the records' bytes
 * @param problem a row that could not be read, instead of records; usually null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, owned by whoever reads it
record Packet(long first, int rows, byte[] data, HashedRows.Problem problem)
    implements Serializable {}
