package ai.narrows;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.narrows.message.Shipped;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The rules between packages that keep the mathematics free of Spark and Spark free of natives. */
@AnalyzeClasses(packages = "ai.narrows", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule TRAINING_KNOWS_NO_SPARK =
      noClasses()
          .that()
          .resideInAnyPackage(
              "ai.narrows.message..",
              "ai.narrows.json..",
              "ai.narrows.tensors..",
              "ai.narrows.nn..",
              "ai.narrows.optim..",
              "ai.narrows.train..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
          .because("networks and local training run without Spark")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule ONLY_KERNELS_SEE_ND4J =
      noClasses()
          .that()
          .resideOutsideOfPackage("ai.narrows.nn.kernels..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
          .because("Kernels is the seam behind which native memory lives")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule NOTHING_DEPENDS_ON_JOBS =
      noClasses()
          .that()
          .resideOutsideOfPackage("ai.narrows.jobs..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.narrows.jobs..")
          .because("the command line is a face, not a library")
          .allowEmptyShould(true);

  /** A package may use those listed before it. */
  @ArchTest
  static final ArchRule PACKAGES_ARE_LAYERED =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("message")
          .definedBy("ai.narrows.message..")
          .layer("json")
          .definedBy("ai.narrows.json..")
          .layer("tensors")
          .definedBy("ai.narrows.tensors..")
          .layer("compat")
          .definedBy("ai.narrows.compat..")
          .layer("nn")
          .definedBy("ai.narrows.nn..")
          .layer("optim")
          .definedBy("ai.narrows.optim..")
          .layer("train")
          .definedBy("ai.narrows.train..")
          .layer("images")
          .definedBy("ai.narrows.images..")
          .layer("samples")
          .definedBy("ai.narrows.samples..")
          .layer("distributed")
          .definedBy("ai.narrows.distributed..")
          .layer("ml")
          .definedBy("ai.narrows.ml..")
          .layer("report")
          .definedBy("ai.narrows.report..")
          .layer("jobs")
          .definedBy("ai.narrows.jobs..")
          .whereLayer("tensors")
          .mayOnlyBeAccessedByLayers(
              "nn", "optim", "train", "images", "distributed", "ml", "report", "jobs")
          .whereLayer("compat")
          .mayOnlyBeAccessedByLayers("images", "samples", "distributed", "ml", "report", "jobs")
          .whereLayer("nn")
          .mayOnlyBeAccessedByLayers(
              "optim", "train", "images", "samples", "distributed", "ml", "report", "jobs")
          .whereLayer("optim")
          .mayOnlyBeAccessedByLayers("train", "distributed", "ml", "report", "jobs")
          .whereLayer("train")
          .mayOnlyBeAccessedByLayers("distributed", "ml", "report", "jobs")
          .whereLayer("images")
          .mayOnlyBeAccessedByLayers("samples", "distributed", "ml", "report", "jobs")
          .whereLayer("samples")
          .mayOnlyBeAccessedByLayers("jobs")
          .whereLayer("distributed")
          .mayOnlyBeAccessedByLayers("ml", "report", "jobs")
          .whereLayer("ml")
          .mayOnlyBeAccessedByLayers("report", "jobs")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("jobs")
          .allowEmptyShould(true);

  /** What Java's users see has Java's types; Spark's own methods that we override are Spark's. */
  @ArchTest
  static final ArchRule JAVA_USERS_MEET_NO_SCALA =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage("ai.narrows.compat")
          .should(notShow("Scala", type -> type.getPackageName().matches("scala(\\..*)?")))
          .allowEmptyShould(true);

  /** Who may call a method may also name the types in it. */
  @ArchTest
  static final ArchRule PUBLIC_METHODS_SHOW_PUBLIC_TYPES =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .should(notShow("types that are not public", ArchitectureTest::isOurOwnSecret))
          .allowEmptyShould(true);

  private static boolean isOurOwnSecret(JavaClass type) {
    return type.getPackageName().startsWith("ai.narrows")
        && !type.getModifiers().contains(JavaModifier.PUBLIC);
  }

  /** A condition that no parameter and no return type is such a type, or an array of it. */
  private static ArchCondition<JavaMethod> notShow(String what, Predicate<JavaClass> hidden) {
    return new ArchCondition<>("have no " + what + " in parameters and return types") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        Stream.concat(method.getRawParameterTypes().stream(), Stream.of(method.getRawReturnType()))
            .map(JavaClass::getBaseComponentType)
            .filter(hidden)
            .forEach(
                type ->
                    events.add(
                        SimpleConditionEvent.violated(
                            method, method.getFullName() + " shows " + type.getName())));
      }
    };
  }

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("ai.narrows.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  /** Kryo cannot take records: neither what is shipped is one, nor what it is made of. */
  @ArchTest
  static final ArchRule WHAT_IS_SHIPPED_IS_NO_RECORD =
      noClasses().that().areAssignableTo(Shipped.class).should().beRecords();

  @ArchTest
  static final ArchRule WHAT_IS_SHIPPED_HOLDS_NO_RECORD =
      noFields()
          .that()
          .areDeclaredInClassesThat()
          .areAssignableTo(Shipped.class)
          .and()
          .areNotStatic()
          .should()
          .haveRawType(JavaClass.Predicates.assignableTo(Record.class));

  /** Nor do the rooms of a package import each other in a circle. */
  @ArchTest
  static final ArchRule NO_CYCLES_BETWEEN_ROOMS =
      slices().matching("ai.narrows.(**)").should().beFreeOfCycles().allowEmptyShould(true);
}
