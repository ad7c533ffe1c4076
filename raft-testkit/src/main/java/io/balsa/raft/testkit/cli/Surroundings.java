package io.balsa.raft.testkit.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Which program this is, and on what it runs: a seed means the same run only in the same version. */
final class Surroundings implements IVersionProvider {

    static final String COMMAND = "java -jar raft-testkit/target/raft-testkit.jar";

    Surroundings() {}

    /** The version of the library and its revision, as far as the jar knows them, and of the JVM. */
    static String line() {
        return "Balsa "
                + Optional.ofNullable(TestkitMain.class.getPackage().getImplementationVersion())
                        .orElse("of unknown version")
                + ", Java " + Runtime.version();
    }

    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }
}
