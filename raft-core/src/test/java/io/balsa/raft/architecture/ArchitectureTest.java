package io.balsa.raft.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.TimerTask;
import java.util.TreeSet;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;

/** Which way imports go between the packages, and what the consensus core must not know: design.md section 2. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    static final String ROOT = "io.balsa.raft";

    private static final String API = "api";

    /** The picture, arrow by arrow. A package that is not drawn here fails {@link #EVERY_PACKAGE_IS_IN_THE_PICTURE}. */
    private static final Map<String, Set<String>> MAY_SEE = Map.ofEntries(
            Map.entry("cluster", Set.of()),
            Map.entry("event", Set.of("cluster")),
            Map.entry("metrics", Set.of("cluster")),
            Map.entry("storage", Set.of("cluster")),
            Map.entry("transport", Set.of("cluster")),
            Map.entry("session", Set.of()),
            Map.entry("divergence", Set.of("cluster")),
            Map.entry("message", Set.of("cluster", "storage")),
            Map.entry("core", Set.of("cluster", "storage", "message")),
            Map.entry(API, Set.of("cluster", "event", "metrics", "storage", "transport", "session")),
            Map.entry(
                    "runtime",
                    Set.of(
                            "cluster",
                            "event",
                            "metrics",
                            "storage",
                            "transport",
                            "session",
                            "divergence",
                            "message",
                            "core",
                            API)));

    @ArchTest
    static final ArchRule EVERY_PACKAGE_IS_IN_THE_PICTURE = classes()
            .should()
            .resideInAnyPackage(
                    MAY_SEE.keySet().stream().map(ArchitectureTest::packageOf).toArray(String[]::new))
            .because("a package without a place in the picture has no rules");

    @ArchTest
    static final ArchRule CLUSTER = keepsToItsArrows("cluster");

    @ArchTest
    static final ArchRule EVENT = keepsToItsArrows("event");

    @ArchTest
    static final ArchRule METRICS = keepsToItsArrows("metrics");

    @ArchTest
    static final ArchRule STORAGE = keepsToItsArrows("storage");

    @ArchTest
    static final ArchRule TRANSPORT = keepsToItsArrows("transport");

    @ArchTest
    static final ArchRule SESSION = keepsToItsArrows("session");

    @ArchTest
    static final ArchRule DIVERGENCE = keepsToItsArrows("divergence");

    @ArchTest
    static final ArchRule MESSAGE = keepsToItsArrows("message");

    @ArchTest
    static final ArchRule CORE = keepsToItsArrows("core");

    @ArchTest
    static final ArchRule THE_API = keepsToItsArrows(API);

    @ArchTest
    static final ArchRule ITS_BUILDER_ALONE_STARTS_THE_RUNTIME = classes()
            .that(theBuilder())
            .should()
            .onlyDependOnClassesThat(
                    notOursOrIn(Set.of("cluster", "event", "metrics", "storage", "transport", "runtime"), API));

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_CYCLE = slices().assignedFrom(packages())
            .should()
            .beFreeOfCycles()
            .ignoreDependency(theBuilder(), resideInAPackage(packageOf("runtime")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule CORE_AND_MESSAGES_KNOW_VALUES_NOT_SERVICES = noClasses()
            .that()
            .resideInAnyPackage(packageOf("core"), packageOf("message"))
            .should()
            .dependOnClassesThat(ours().and(assignableTo(AutoCloseable.class))
                    .as("are ours and must be closed, as Storage and Transport must"))
            .because("the core is handed what it needs as values, and hands out what it wants done")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule THE_CORE_KNOWS_THE_LANGUAGE_AND_ITS_COLLECTIONS_ONLY =
            theCoreMustNotKnow(not(ours().or(resideInAnyPackage(
                            "java.lang",
                            "java.lang.annotation",
                            "java.lang.invoke", // what lambdas and string concatenation compile to
                            "java.lang.runtime", // what equals and hashCode of records compile to
                            "java.util",
                            "java.util.function",
                            "java.util.random", // the random source that it is given
                            "java.util.stream",
                            "org.jspecify.annotations")))
                    .as("belong to I/O, time, threads, logging or a library"));

    @ArchTest
    static final ArchRule THE_CORE_HAS_NO_THREADS_CLOCKS_OR_CHANCE = theCoreMustNotKnow(belongToAnyOf(
                    Thread.class,
                    ThreadLocal.class,
                    Runnable.class,
                    System.class,
                    Runtime.class,
                    Process.class,
                    ProcessBuilder.class,
                    Calendar.class,
                    Date.class,
                    Random.class,
                    RandomGeneratorFactory.class,
                    SplittableRandom.class,
                    Timer.class,
                    TimerTask.class,
                    UUID.class)
            .as("are a thread, a clock or a random source of their own"));

    @ArchTest
    static final ArchRule WHAT_THE_CORE_ITERATES_IS_ORDERED = theCoreMustNotKnow(
            belongToAnyOf(HashMap.class, HashSet.class, Hashtable.class, IdentityHashMap.class, WeakHashMap.class)
                    .as("iterate in the order of hashes"));

    @ArchTest
    static final ArchRule THE_CORE_CALLS_NOTHING_WHOSE_RESULT_VARIES = noClasses()
            .that()
            .resideInAPackage(packageOf("core"))
            .should()
            .callMethodWhere(isOneOf(Math.class, "random"))
            .orShould()
            .callMethodWhere(isOneOf(RandomGenerator.class, "getDefault", "of"))
            .orShould()
            .callMethodWhere(isOneOf(Map.class, "of", "ofEntries", "copyOf")) // salted anew in each JVM
            .orShould()
            .callMethodWhere(isOneOf(Set.class, "of", "copyOf"))
            .orShould()
            .callMethodWhere(isOneOf(Collectors.class, "toSet", "toUnmodifiableSet", "toMap", "toUnmodifiableMap"))
            .orShould()
            .callMethodWhere(isOneOf(Collection.class, "parallelStream"))
            .because("the same inputs must always give the same outputs: take lists, sorted or linked collections")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule REPLICATED_STATE_IS_A_FUNCTION_OF_THE_LOG = noClasses()
            .that()
            .resideInAnyPackage(packageOf("session"), packageOf("divergence"))
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.time..", "java.util.concurrent..", "java.util.random..")
                    .or(belongToAnyOf(
                            Thread.class,
                            System.class,
                            Random.class,
                            SplittableRandom.class,
                            UUID.class,
                            HashMap.class,
                            HashSet.class,
                            IdentityHashMap.class)))
            .because("every server must come to the same sessions and the same hashes");

    @ArchTest
    static final ArchRule THE_LIBRARY_LEAVES_THE_PROCESS_ALONE = noClasses()
            .should()
            .callMethodWhere(isOneOf(System.class, "exit", "setOut", "setErr", "setProperty"))
            .orShould()
            .callMethodWhere(isOneOf(Runtime.class, "exit", "halt", "addShutdownHook"))
            .orShould()
            .callMethodWhere(isOneOf(Thread.class, "setDefaultUncaughtExceptionHandler"))
            .because("several nodes live in one process, and it belongs to the application");

    @ArchTest
    static final ArchRule THE_LIBRARY_NEEDS_NO_REFLECTION_AND_NO_SERIALIZATION = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.lang.reflect..", "sun..", "jdk.internal..")
                    .or(belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class)))
            .because("whoever reaches the port must reach bytes only, and a native image must need no metadata");

    private static ArchRule keepsToItsArrows(String name) {
        return classes()
                .that(resideInAPackage(packageOf(name)).and(not(theBuilder())))
                .should()
                .onlyDependOnClassesThat(notOursOrIn(MAY_SEE.getOrDefault(name, Set.of()), name))
                .allowEmptyShould(true);
    }

    private static ArchRule theCoreMustNotKnow(DescribedPredicate<JavaClass> what) {
        return noClasses()
                .that()
                .resideInAPackage(packageOf("core"))
                .should()
                .dependOnClassesThat(what)
                .because("the same inputs must always give the same outputs")
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> notOursOrIn(Set<String> seen, String self) {
        DescribedPredicate<JavaClass> allowed = resideInAPackage(packageOf(self));
        for (String name : seen) {
            allowed = allowed.or(resideInAPackage(packageOf(name)));
        }
        return not(ours()).or(allowed).as("are not ours or are in %s or %s", self, new TreeSet<>(seen));
    }

    private static DescribedPredicate<JavaCall<?>> isOneOf(Class<?> owner, String... names) {
        List<String> banned = List.of(names);
        return describe(
                owner.getSimpleName() + " " + banned,
                call -> banned.contains(call.getName()) && call.getTargetOwner().isAssignableTo(owner));
    }

    private static DescribedPredicate<JavaClass> ours() {
        return resideInAPackage(ROOT + "..");
    }

    /** The one arrow that points up. A lambda in the builder is a method of it; only an inner class has its own name. */
    private static DescribedPredicate<JavaClass> theBuilder() {
        String builder = ROOT + ".RaftNode$Builder";
        return describe(
                "RaftNode.Builder",
                type -> type.getName().equals(builder) || type.getName().startsWith(builder + "$"));
    }

    private static String packageOf(String name) {
        return name.equals(API) ? ROOT : ROOT + "." + name + "..";
    }

    private static SliceAssignment packages() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                String name = type.getPackageName();
                if (name.equals(ROOT)) {
                    return SliceIdentifier.of(API);
                }
                if (!name.startsWith(ROOT + ".")) {
                    return SliceIdentifier.ignore();
                }
                String below = name.substring(ROOT.length() + 1) + ".";
                return SliceIdentifier.of(below.substring(0, below.indexOf('.')));
            }

            @Override
            public String getDescription() {
                return "packages of " + ROOT;
            }
        };
    }
}
