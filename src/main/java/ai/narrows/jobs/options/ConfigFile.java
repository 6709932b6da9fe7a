package ai.narrows.jobs.options;

import ai.narrows.images.InputException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options from a properties file, put in front of those on the command line. */
public final class ConfigFile {
  private static final String OPTION = "--config";
  private static final Set<String> NOT_IN_A_FILE = Set.of("config", "help");

  private ConfigFile() {}

  /**
   * The arguments with those from the file that {@code --config} names, if any; what is on the
   * command line replaces what is in the file.
   *
   * @throws InputException if the file cannot be read or has a key that is no option, naming both
   */
  public static String[] expand(CommandSpec spec, String... args) {
    String file = valueOf(OPTION, args);
    if (file == null) {
      return args;
    }
    Properties properties = read(Path.of(file));
    List<String> expanded = new ArrayList<>();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      OptionSpec option = spec.findOption("--" + key);
      if (option == null || NOT_IN_A_FILE.contains(key)) {
        throw new InputException(
            String.format(Locale.ROOT, "%s: there is no option named `%s`", file, key));
      }
      if (Arrays.stream(option.names()).noneMatch(name -> isGiven(name, args))) {
        expanded.add("--" + key + "=" + properties.getProperty(key).strip());
      }
    }
    expanded.addAll(Arrays.asList(args));
    return expanded.toArray(String[]::new);
  }

  private static boolean isGiven(String option, String... args) {
    return Arrays.stream(args).anyMatch(arg -> arg.equals(option) || arg.startsWith(option + "="));
  }

  private static String valueOf(String option, String... args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(option + "=")) {
        return args[i].substring(option.length() + 1);
      }
      if (args[i].equals(option) && i + 1 < args.length) {
        return args[i + 1];
      }
    }
    return null;
  }

  private static Properties read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException("there is no configuration file " + file);
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
    return properties;
  }
}
