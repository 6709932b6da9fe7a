package ai.narrows.jobs;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A directory with the files of a table, written aside and moved into place.
 *
 * @param table how the files are written
 * @param output the directory
 */
record TableFiles(TableOptions table, Output output) implements TableOutput {
  @Override
  public void write(Dataset<Row> rows) throws IOException {
    table.writer(rows).format(table.format).save(output.pending());
    output.commit();
  }

  @Override
  public void keepOut(String option, String path) throws IOException {
    output.keepOut(option, path);
  }

  @Override
  public void close() throws IOException {
    output.close();
  }
}
