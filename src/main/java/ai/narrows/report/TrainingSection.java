package ai.narrows.report;

import ai.narrows.ml.summary.TrainingSummary;
import ai.narrows.train.EpochReport;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How training went: curves and times, an entry for every epoch. */
final class TrainingSection {
  private TrainingSection() {}

  static ObjectNode of(TrainingSummary summary) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("rows", summary.rows());
    json.put("validationRows", summary.validationRows());
    json.put("skippedRows", summary.skippedRows());
    json.put("workers", summary.workers());
    json.put("averagingFrequency", summary.averagingFrequency());
    json.put("bestEpoch", summary.bestEpoch());
    json.put("seconds", summary.seconds());
    ArrayNode epochs = json.putArray("epochs");
    for (EpochReport report : summary.history()) {
      epochs.add(epoch(report, summary.rows()));
    }
    return json;
  }

  private static ObjectNode epoch(EpochReport report, long rows) {
    double rounds = Math.min(report.seconds(), rows / report.imagesPerSecond());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("epoch", report.epoch());
    json.put("loss", report.loss());
    if (!Double.isNaN(report.validationLoss())) {
      json.put("validationLoss", report.validationLoss());
    }
    json.put("imagesPerSecond", report.imagesPerSecond());
    json.put("compute", rounds * (1 - report.communicationShare()));
    json.put("communication", rounds * report.communicationShare());
    json.put("rest", report.seconds() - rounds);
    return json;
  }
}
