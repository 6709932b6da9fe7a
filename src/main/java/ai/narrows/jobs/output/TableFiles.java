package ai.narrows.jobs.output;

import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A directory with the files of a table, written aside and moved into place.
 *
 * @param format that the files are in
 * @param options of that format
 * @param output the directory
 */
public record TableFiles(String format, Map<String, String> options, Output output)
    implements TableOutput {
  @Override
  public void write(Dataset<Row> rows) throws IOException {
    rows.write().options(options).format(format).save(output.pending());
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
