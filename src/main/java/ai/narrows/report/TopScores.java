package ai.narrows.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * The rows with the highest scores, found while the rows pass by; no more than those are held. Rows
 * without a score are left out.
 */
public final class TopScores {
  private static final StructType RESULT =
      new StructType()
          .add("ids", DataTypes.createArrayType(DataTypes.StringType))
          .add("scores", DataTypes.createArrayType(DataTypes.DoubleType));

  private TopScores() {}

  /**
   * A row by its id; the highest score comes first, and of equal ones the least id.
   *
   * @param id may be null
   * @param score a number
   */
  public record Entry(String id, double score) implements Serializable, Comparable<Entry> {
    private static final Comparator<Entry> ORDER =
        Comparator.comparingDouble(Entry::score)
            .reversed()
            .thenComparing(Entry::id, Comparator.nullsFirst(Comparator.naturalOrder()));

    @Override
    public int compareTo(Entry that) {
      return ORDER.compare(this, that);
    }
  }

  /** The {@code count} highest scores, for {@link #read}. */
  public static Column of(int count, Column id, Column score) {
    return functions
        .udaf(new Search(count), Encoders.tuple(Encoders.STRING(), Encoders.DOUBLE()))
        .apply(id, score);
  }

  /** The rows that were found, highest score first. */
  public static List<Entry> read(Row result) {
    List<String> ids = result.getList(0);
    List<Double> scores = result.getList(1);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      entries.add(new Entry(ids.get(i), scores.get(i)));
    }
    return entries;
  }

  /** The best so far, the last of them on top; public for Spark alone, which makes them. */
  public static final class Highest implements Serializable {
    private static final long serialVersionUID = 1L;
    private final PriorityQueue<Entry> entries = new PriorityQueue<>(Collections.reverseOrder());

    private void add(Entry entry, int count) {
      if (entries.size() < count) {
        entries.add(entry);
      } else if (entry.compareTo(entries.element()) < 0) {
        entries.remove();
        entries.add(entry);
      }
    }
  }

  private static final class Search extends Aggregator<Tuple2<String, Double>, Highest, Row> {
    private static final long serialVersionUID = 1L;

    private final int count;

    Search(int count) {
      this.count = count;
    }

    @Override
    public Highest zero() {
      return new Highest();
    }

    @Override
    public Highest reduce(Highest highest, Tuple2<String, Double> row) {
      if (row._2() != null) {
        highest.add(new Entry(row._1(), row._2()), count);
      }
      return highest;
    }

    @Override
    public Highest merge(Highest some, Highest others) {
      others.entries.forEach(entry -> some.add(entry, count));
      return some;
    }

    @Override
    public Row finish(Highest highest) {
      List<Entry> sorted = highest.entries.stream().sorted().toList();
      return RowFactory.create(
          sorted.stream().map(Entry::id).toArray(), sorted.stream().map(Entry::score).toArray());
    }

    @Override
    public Encoder<Highest> bufferEncoder() {
      return Encoders.javaSerialization(Highest.class);
    }

    @Override
    public Encoder<Row> outputEncoder() {
      return Encoders.row(RESULT);
    }
  }
}
