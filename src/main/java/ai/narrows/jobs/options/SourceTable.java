package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import ai.narrows.images.source.PathName;
import ai.narrows.jobs.console.Failure;
import ai.narrows.jobs.output.Output;
import ai.narrows.jobs.output.Probe;
import ai.narrows.jobs.output.Sources;
import ai.narrows.jobs.output.TableFormat;
import ai.narrows.jobs.output.TableOutput;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalog.Catalog;

/**
 * A table that its data source puts in place: one of Delta, of a catalog, of a database.
 *
 * @param table how it is written
 * @param output what it is called, and whether it may replace another
 * @param hadoop finds it, where it is called by a path
 */
record SourceTable(TableOptions table, OutputOptions output, Configuration hadoop)
    implements TableOutput {

  /**
   * Makes sure that the table does not exist, or may be replaced, and can be written.
   *
   * @param input what is read meanwhile and must not be replaced
   * @param sources likewise
   */
  SourceTable check(InputOptions input, Sources sources, SparkSession spark) throws IOException {
    if (table.isOfCatalog()) {
      checkCatalog(input, sources, spark);
    } else if (Sources.isPath(output.directory, hadoop)) {
      checkFolder(sources);
    }
    return this;
  }

  private void checkCatalog(InputOptions input, Sources sources, SparkSession spark)
      throws IOException {
    Catalog catalog = spark.catalog();
    String name = output.directory;
    try {
      if (!catalog.tableExists(name)) {
        return;
      }
      refuseUnlessOverwriting();
      if (input.isTable() && isSame(catalog, input.paths.get(0), name)) {
        throw new InputException(
            String.format(
                Locale.ROOT, "the output %s cannot be overwritten: it is the input", name));
      }
      for (Path folder : Sources.foldersOf(spark, name)) {
        sources.refuseReplacing(name, folder);
      }
    } catch (AnalysisException e) {
      throw new InputException(
          String.format(Locale.ROOT, "--output %s: %s", name, Failure.tidy(e)), e);
    }
  }

  /** Whether two names are one table's, in full or not. */
  private static boolean isSame(Catalog catalog, String one, String other)
      throws AnalysisException {
    return catalog.tableExists(one)
        && catalog.getTable(one).toString().equals(catalog.getTable(other).toString());
  }

  private void checkFolder(Sources sources) throws IOException {
    Path path = PathName.path(output.directory);
    FileSystem fileSystem = path.getFileSystem(hadoop);
    if (!fileSystem.exists(path)) {
      sources.refuseWritingInto(output.directory, path);
      Probe.beside("--output", output.directory, fileSystem, fileSystem.makeQualified(path));
      return;
    }
    refuseUnlessOverwriting();
    sources.refuseReplacing(output.directory, path);
    if (TableFormat.of(table.format).isPresent()
        && TableFormat.at(fileSystem, path).isEmpty()
        && fileSystem.listStatus(path).length > 0) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "the output %s cannot be overwritten: it holds other files than those of a table of %s",
              output.directory,
              table.format));
    }
    Probe.into("--output", output.directory, fileSystem, fileSystem.makeQualified(path));
  }

  private void refuseUnlessOverwriting() {
    if (!output.overwrite) {
      throw Output.existing(output.directory);
    }
  }

  @Override
  public void write(Dataset<Row> rows) {
    DataFrameWriter<Row> writer =
        table.writer(rows).mode(output.overwrite ? SaveMode.Overwrite : SaveMode.ErrorIfExists);
    if (table.isOfCatalog()) {
      writer.saveAsTable(output.directory);
    } else {
      writer.format(table.format).save(output.directory);
    }
  }

  @Override
  public void keepOut(String option, String path) throws IOException {
    if (!table.isOfCatalog() && Sources.isPath(output.directory, hadoop)) {
      Path target = PathName.path(output.directory);
      Output.keepOut(target.getFileSystem(hadoop).makeQualified(target), option, path, hadoop);
    }
  }

  /** What is not committed is the data source's. */
  @Override
  public void close() {}
}
