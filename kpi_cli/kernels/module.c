/* The kernels as Python calls them: functions over bytes, which run beside other threads. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include <stdlib.h>
#include <string.h>

#include "kernels.h"

static const Kernels *kernels;

#include "chunktype.h"

static int bytes_of(Kind kind) {
    if (kind == CENTS || kind == MICROS) return 16;
    return kind == WHOLE || kind == NAIVE || kind == ZONED ? 8 : 4;
}

static void release(Words *words) {
    free(words->slots);
    free(words->edges);
    free(words->ends);
    free(words->text.bytes);
    free(words->scratch.bytes);
}

/* A column and the Python bytes that it is read into. */
typedef struct {
    PyObject *bits, *values;
} Held;

static int prepare(PyObject *wanted, int32_t width, int64_t rows, Column *column, Held *held) {
    int kind;
    if (!PyTuple_Check(wanted)) {
        PyErr_SetString(PyExc_TypeError, "a column is a tuple of its place and its kind");
        return 0;
    }
    if (!PyArg_ParseTuple(wanted, "ii", &column->place, &kind)) return 0;
    if (kind < 0 || kind >= KINDS || column->place < 0 || column->place >= width) {
        PyErr_SetString(PyExc_ValueError, "no such column, or no such kind of column");
        return 0;
    }
    column->kind = (Kind)kind;
    held->bits = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)((rows + 7) / 8));
    held->values = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(rows * bytes_of(column->kind)));
    if (!held->bits || !held->values) return 0;
    column->presence.bits = (uint8_t *)PyBytes_AsString(held->bits);
    column->values = PyBytes_AsString(held->values);
    memset(column->presence.bits, 0, (size_t)((rows + 7) / 8));
    return 1;
}

/* (how many are null, bits, values, where texts end, texts), the last two of texts alone. */
static PyObject *told(const Column *column, const Held *held) {
    const Words *words = &column->words;
    const Py_ssize_t size = (Py_ssize_t)(words->known * (int64_t)sizeof *words->ends);
    return Py_BuildValue("LOOy#y#", (long long)column->presence.nulls, held->bits, held->values,
                         words->ends ? (const char *)words->ends : "", size,
                         words->text.bytes ? (const char *)words->text.bytes : "", (Py_ssize_t)words->text.size);
}

static PyObject *told_all(int64_t rows, const Column *columns, const Held *held, Py_ssize_t size) {
    PyObject *list = PyList_New(size);
    for (Py_ssize_t place = 0; list && place < size; place++) {
        PyObject *one = told(&columns[place], &held[place]);
        if (!one || PyList_SetItem(list, place, one) < 0) Py_CLEAR(list);
    }
    return list ? Py_BuildValue("LN", (long long)rows, list) : NULL;
}

/* How many records there may be: each has a line feed, the last one perhaps none, and as many bytes as fields. */
static int64_t most_rows(const uint8_t *data, int64_t size, int32_t width) {
    const int64_t feeds = kernels->feeds_in(data, size), fitting = size / width;
    return (feeds < fitting ? feeds : fitting) + 1;
}

static PyObject *read_into(Block *block, PyObject *wanted, Column *columns, Held *held) {
    const Py_ssize_t count_of_columns = PyTuple_Size(wanted);
    int64_t rows;
    Py_BEGIN_ALLOW_THREADS
    block->room = most_rows(block->data, block->size, block->width);
    Py_END_ALLOW_THREADS
    for (Py_ssize_t place = 0; place < count_of_columns; place++) {
        PyObject *one = PyTuple_GetItem(wanted, place);
        if (!prepare(one, block->width, block->room, &columns[place], &held[place])) return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    rows = kernels->read_block(block, columns, count_of_columns);
    Py_END_ALLOW_THREADS
    if (rows == NO_ROOM) return PyErr_NoMemory();
    if (rows == REFUSED) Py_RETURN_NONE;
    for (Py_ssize_t place = 0; place < count_of_columns; place++) { /* behind the last row lies what was there before */
        const int64_t bytes = bytes_of(columns[place].kind);
        memset((uint8_t *)columns[place].values + rows * bytes, 0, (size_t)((block->room - rows) * bytes));
    }
    return told_all(rows, columns, held, count_of_columns);
}

static PyObject *read_data(PyObject *module, PyObject *arguments) {
    Py_buffer data, missing, sieve;
    PyObject *wanted, *found = NULL;
    unsigned char delimiter;
    int width;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*biO!y*y*", &data, &delimiter, &width, &PyTuple_Type, &wanted, &missing, &sieve))
        return NULL;
    const Py_ssize_t size = PyTuple_Size(wanted);
    Column *columns = PyMem_Calloc((size_t)size + 1, sizeof *columns);
    Held *held = PyMem_Calloc((size_t)size + 1, sizeof *held);
    if (!columns || !held) {
        PyErr_NoMemory();
    } else if (delimiter >= 0x80 || delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
        PyErr_SetString(PyExc_ValueError, "a delimiter is a character of ASCII that neither quotes nor ends records");
    } else if (width < 2 || data.len == 0 || data.len > INT32_MAX || sieve.len != 1 << 16 || missing.len % 8) {
        PyErr_SetString(PyExc_ValueError, "records of two fields or more, in a block of up to 2 GiB");
    } else {
        Block block = {data.buf, data.len, 0, delimiter, width, {missing.buf, missing.len / 8}, sieve.buf};
        found = read_into(&block, wanted, columns, held);
    }
    for (Py_ssize_t place = 0; columns && held && place < size; place++) {
        release(&columns[place].words);
        Py_XDECREF(held[place].bits);
        Py_XDECREF(held[place].values);
    }
    PyMem_Free(columns);
    PyMem_Free(held);
    PyBuffer_Release(&data);
    PyBuffer_Release(&missing);
    PyBuffer_Release(&sieve);
    return found;
}

static PyObject *find_last_end(PyObject *module, PyObject *arguments) {
    Py_buffer data;
    unsigned char delimiter;
    int64_t end;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*b", &data, &delimiter)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    end = kernels->last_end(data.buf, data.len, delimiter);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&data);
    return PyLong_FromLongLong(end);
}

static PyObject *check_utf8(PyObject *module, PyObject *arguments) {
    Py_buffer data;
    int found;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*", &data)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    found = kernels->is_utf8(data.buf, data.len);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&data);
    return PyBool_FromLong(found);
}

static PyObject *read_chunks(PyObject *module, PyObject *arguments) {
    Py_buffer footer;
    Py_ssize_t chunks;
    PyObject *found = NULL;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "y*n", &footer, &chunks)) return NULL;
    if (chunks >= 0 && chunks <= footer.len) { /* each takes a few bytes */
        found = PyBytes_FromStringAndSize(NULL, chunks * TOLD * (Py_ssize_t)sizeof(int64_t));
        if (found && !kernels->read_footer(footer.buf, footer.len, (void *)PyBytes_AsString(found), chunks)) {
            Py_CLEAR(found);
            found = Py_BuildValue("");
        }
    } else {
        found = Py_BuildValue("");
    }
    PyBuffer_Release(&footer);
    return found;
}

/* Arguments as `layout` says: agents, mask (empty: none), what is found, and for all but counts numbers and a sign. */
static PyObject *folded(PyObject *arguments, const char *layout, int64_t (*folding)(const Fold *)) {
    Py_buffer agents, mask, found, numbers = {0};
    PyObject *told = NULL;
    int sign = 1;
    if (!PyArg_ParseTuple(arguments, layout, &agents, &mask, &found, &numbers, &sign)) return NULL;
    const int64_t rows = agents.len / 4;
    if (agents.len % 4 || (mask.len && mask.len != rows) || (numbers.obj && numbers.len != 8 * rows)) {
        PyErr_SetString(PyExc_ValueError, "of each row the code of its agent, a byte, and a number");
    } else if (found.len % 8 || (uintptr_t)found.buf % sizeof(int64_t)) {
        PyErr_SetString(PyExc_ValueError, "what is found are numbers that lie where numbers may");
    } else {
        const Fold fold = {agents.buf, mask.len ? mask.buf : NULL, numbers.buf, rows, found.len / 8, found.buf, sign};
        int64_t done;
        Py_BEGIN_ALLOW_THREADS
        done = folding(&fold);
        Py_END_ALLOW_THREADS
        if (done == NO_AGENT) PyErr_SetString(PyExc_ValueError, "a row is of an agent that there is not");
        else told = done == NO_ROOM ? Py_NewRef(Py_None) : PyLong_FromLongLong(done);
    }
    PyBuffer_Release(&agents);
    PyBuffer_Release(&mask);
    PyBuffer_Release(&found);
    PyBuffer_Release(&numbers);
    return told;
}

static PyObject *count(PyObject *module, PyObject *arguments) {
    (void)module;
    return folded(arguments, "y*y*w*", count_rows);
}

static PyObject *add(PyObject *module, PyObject *arguments) {
    (void)module;
    return folded(arguments, "y*y*w*y*", add_rows);
}

static PyObject *extreme(PyObject *module, PyObject *arguments) {
    (void)module;
    return folded(arguments, "y*y*w*y*i", extreme_of_rows);
}

static PyMethodDef functions[] = {
    {"read", read_data, METH_VARARGS, "Read a block of CSV into buffers of Arrow arrays; None where it is not plain."},
    {"last_end", find_last_end, METH_VARARGS, "Return where the last whole record ends; -1 where that cannot be told."},
    {"chunks", read_chunks, METH_VARARGS, "Return what a footer of Parquet says of its chunks; None if that is unclear."},
    {"read_rows", read_rows, METH_VARARGS, "Read the next rows of chunks; return how many hold nothing, None if unclear."},
    {"is_utf8", check_utf8, METH_VARARGS, "Return whether bytes are UTF-8."},
    {"count", count, METH_VARARGS, "Count rows by agent; return a bound of the counts."},
    {"add", add, METH_VARARGS, "Add numbers up by agent; return a bound of the sums, None where one might not fit."},
    {"extreme", extreme, METH_VARARGS, "Find the largest number of each agent, or with a sign of -1 the least."},
    {NULL, NULL, 0, NULL},
};

static int choose_kernels(PyObject *module) {
    kernels = wide_kernels() ? wide_kernels() : plain_kernels();
    chunk_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &chunk_spec, NULL); /* for good */
    return chunk_type ? PyModule_AddType(module, chunk_type) : -1;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, choose_kernels}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_compiled", "CSV and Parquet -> columns -> sums, in C.", 0, functions, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__compiled(void) { return PyModuleDef_Init(&definition); }
