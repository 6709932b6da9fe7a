package ai.narrows.jobs.output;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Where a table of results goes; it is there when all of its rows are. */
public interface TableOutput extends AutoCloseable {
  /** Writes the rows and puts them in place. */
  void write(Dataset<Row> rows) throws IOException;

  /**
   * Refuses a path to which something is written that must last, whatever becomes of the table.
   *
   * @param option that names the path
   */
  void keepOut(String option, String path) throws IOException;

  /** Removes what was written and is not in place. */
  @Override
  void close() throws IOException;
}
