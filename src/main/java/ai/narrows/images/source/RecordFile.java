package ai.narrows.images.source;

import ai.narrows.images.ImageShape;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/** A checked file of images that are all of one shape, one after the other in records. */
sealed interface RecordFile extends Serializable permits IdxFile, CifarFile {

  /** The file itself. */
  DataFile images();

  /** Where the first record begins, in bytes. */
  long start();

  /** Length of a record in bytes. */
  int recordLength();

  /** Number of records. */
  int count();

  /** Shape of every image. */
  ImageShape shape();

  /**
   * The pixels of a record, [height, width, channels], colours in the order blue, green, red.
   *
   * @param record [recordLength], overwritten and returned if there is nothing but pixels in it
   */
  byte[] pixels(byte[] record);

  /** The columns that say what an image shows. */
  List<StructField> labelColumns();

  /** The file that holds the labels, one byte each; null if they stand in the records. */
  DataFile labels();

  /** Where the first label begins in the file of labels. */
  long labelsStart();

  /**
   * What a label column has for an image.
   *
   * @param column one of {@link #labelColumns}
   * @param bytes the record, or the label where labels have a file of their own
   * @param index of the image in the file, for messages
   */
  Object label(String column, byte[] bytes, long index);
}
