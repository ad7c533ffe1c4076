package io.balsa.raft.examples.kvstore;

import io.balsa.raft.storage.file.NioDisk;
import java.nio.file.Path;
import picocli.CommandLine;

/** {@code kvstore server}, but with its values in a file. */
public final class BigStateMain {

    private BigStateMain() {}

    /** Runs one server. */
    public static void main(String[] args) {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty(
                "logback.configurationFile", "logback.xml"); // not that of the tests, which is beside this class
        CommandLine line = KvStoreMain.prepared(new CommandLine(new ServerCommand(BigStateMain::parts)));
        String[] options = java.util.Arrays.copyOfRange(args, 1, args.length); // without "server"
        System.exit(line.execute(options));
    }

    private static KvServer.Parts parts(ServerSettings settings) {
        Path data = settings.data().toAbsolutePath();
        return new KvServer.Parts(
                new FileKvState(data.resolveSibling(data.getFileName() + ".state")), new NioDisk(data));
    }
}
