package ai.narrows.report;

import ai.narrows.ml.FittedAutoencoder;
import ai.narrows.ml.summary.Provenance;
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
    json.put("calibrationRows", summary.calibrationRows());
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

  /** With what, and from what, it was made. */
  static ObjectNode provenance(FittedAutoencoder<?> model) {
    Provenance provenance = model.summary().provenance();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("Narrows", provenance.narrowsVersion());
    json.put("Spark", provenance.sparkVersion());
    json.put("Java", provenance.javaVersion());
    json.put("platform", provenance.platform());
    json.put("native library", provenance.library());
    json.put("device", provenance.device());
    json.put("input", String.join(" ", provenance.images().paths()));
    json.put("input format", provenance.images().format());
    json.put("where", provenance.images().where());
    json.put("fingerprint of the images", provenance.fingerprint());
    json.put("seed", Long.toString(provenance.seed()));
    json.put("threshold", model.thresholdOrigin().toString());
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
