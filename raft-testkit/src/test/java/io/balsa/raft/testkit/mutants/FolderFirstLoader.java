package io.balsa.raft.testkit.mutants;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Loads the project's classes anew, those of a folder first, so that they and the ones that the project is tested with never
 * meet. All others come from the parent.
 */
public final class FolderFirstLoader extends URLClassLoader {

    private static final String OURS = "io.balsa.";

    /** A loader that prefers the classes in this folder. */
    public FolderFirstLoader(Path classes) {
        super(urls(classes), FolderFirstLoader.class.getClassLoader());
    }

    private static URL[] urls(Path classes) {
        List<URL> urls = new ArrayList<>();
        try {
            urls.add(classes.toUri().toURL());
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
        return urls.toArray(new URL[0]);
    }

    /** What is to be tried with these classes: see {@link ClusterTrial}. */
    @SuppressWarnings("unchecked") // a LongFunction is one for both loaders, because the JDK has it
    public LongFunction<String> trial(Class<? extends LongFunction<String>> kind) {
        try {
            return (LongFunction<String>)
                    loadClass(kind.getName()).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(kind + " cannot be made of a mutant's classes", e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    @Override
    public void close() {
        try {
            super.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
