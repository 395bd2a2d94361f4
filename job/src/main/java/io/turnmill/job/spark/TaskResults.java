package io.turnmill.job.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** What the tasks of one Spark job give back, handed on task by task. */
public final class TaskResults {
  private TaskResults() {}

  /**
   * Runs a Spark job over all partitions, and returns when the last one is done. However often a
   * partition is tried, its results are handed on once.
   *
   * @param consumer takes the results of one partition at a time, on a thread of Spark's that
   *     schedules everything: it must be quick, and must not throw
   */
  public static <T> void forEach(JavaRDD<T> results, Consumer<T> consumer) {
    RDD<T> rdd = results.rdd();
    ClassTag<List<T>> lists = listTag();
    rdd.context().runJob(rdd, new ToList<T>(), new Take<T>(consumer), lists);
  }

  private static <T> ClassTag<List<T>> listTag() {
    return ClassTag$.MODULE$.apply(List.class);
  }

  /** On an executor: what an iterator holds. */
  private static final class ToList<T> extends AbstractFunction2<TaskContext, Iterator<T>, List<T>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public List<T> apply(TaskContext task, Iterator<T> results) {
      List<T> list = new ArrayList<>();
      while (results.hasNext()) {
        list.add(results.next());
      }
      return list;
    }
  }

  /** On the driver: never serialized. */
  private static final class Take<T> extends AbstractFunction2<Object, List<T>, BoxedUnit> {
    private final Consumer<T> consumer;

    Take(Consumer<T> consumer) {
      this.consumer = consumer;
    }

    @Override
    public BoxedUnit apply(Object partition, List<T> results) {
      results.forEach(consumer);
      return BoxedUnit.UNIT;
    }
  }
}
