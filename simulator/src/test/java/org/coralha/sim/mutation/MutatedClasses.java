package org.coralha.sim.mutation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * All classes of Coral once more, one of them compiled from a changed source: it defines every
 * class of {@code org.coralha} itself, so that cores and simulator meet the changed class.
 */
final class MutatedClasses extends ClassLoader {
    private static final String OWN = "org.coralha.";

    private final Map<String, byte[]> compiled;

    private MutatedClasses(Map<String, byte[]> compiled) {
        super(MutatedClasses.class.getClassLoader());
        this.compiled = compiled;
    }

    /** As they are in the tree. */
    static MutatedClasses unchanged() {
        return new MutatedClasses(Map.of());
    }

    /**
     * With one mistake.
     *
     * @param root of the project
     * @throws AssertionError if the mutation does not fit or does not compile
     */
    static MutatedClasses of(Mutation mutation, Path root) throws IOException {
        String source = Files.readString(root.resolve(mutation.source()));
        return new MutatedClasses(compile(mutation, mutation.applyTo(source)));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = compiled.get(name);
        if (bytes == null) {
            bytes = read(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] read(String name) throws ClassNotFoundException {
        String resource = name.replace('.', '/') + ".class";
        try (InputStream in = getParent().getResourceAsStream(resource)) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> compile(Mutation mutation, String source)
            throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        try (Output output = new Output(compiler)) {
            List<String> options =
                    List.of("-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"));
            List<JavaFileObject> sources = List.of(new Source(mutation.className(), source));
            if (!compiler.getTask(problems, output, null, options, null, sources).call()) {
                throw new AssertionError("mutation '" + mutation.name() + "': " + problems);
            }
            return output.classes();
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("string:///" + className + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** Keeps what the compiler writes. */
    private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

        Output(JavaCompiler compiler) {
            super(compiler.getStandardFileManager(null, null, null));
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return written.computeIfAbsent(name, n -> new ByteArrayOutputStream());
                }
            };
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new HashMap<>();
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }
}
