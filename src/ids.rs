//! Typed indexes: an id is made only by the table it indexes, so that a lookup cannot miss.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A small number that names an element of one [`Table`].
pub trait Id: Copy {
    /// The id of the element at `index`.
    fn from_index(index: usize) -> Self;
    /// The position of the element.
    fn index(self) -> usize;
}

/// Declares id types.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $crate::ids::Id for $name {
            #[inline]
            fn from_index(index: usize) -> Self {
                // Budgets keep every table far below four thousand million elements.
                $name(u32::try_from(index).unwrap_or(u32::MAX))
            }
            #[inline]
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
pub(crate) use ids;

/// A list whose elements are named by ids of type `I`.
#[derive(Clone, PartialEq, Eq)]
pub struct Table<I, T> {
    list: Vec<T>,
    ids: PhantomData<fn(I)>,
}

impl<I: Id, T> Table<I, T> {
    /// Appends an element and returns its id.
    pub fn push(&mut self, element: T) -> I {
        let id = I::from_index(self.list.len());
        self.list.push(element);
        id
    }

    /// The element, or `None` if the id was made by a longer table.
    pub fn find(&self, id: I) -> Option<&T> {
        self.list.get(id.index())
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The elements in the order of their ids.
    pub fn values(&self) -> std::slice::Iter<'_, T> {
        self.list.iter()
    }

    /// The elements, to be changed.
    pub fn values_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.list.iter_mut()
    }

    /// All ids.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.list.len()).map(I::from_index)
    }

    /// The elements with their ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.list
            .iter()
            .enumerate()
            .map(|(index, element)| (I::from_index(index), element))
    }
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Table {
            list: Vec::new(),
            ids: PhantomData,
        }
    }
}

impl<I: Id, T> FromIterator<T> for Table<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(elements: It) -> Self {
        Table {
            list: elements.into_iter().collect(),
            ids: PhantomData,
        }
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;

    #[allow(
        clippy::indexing_slicing,
        reason = "an id is made only by the table it indexes"
    )]
    fn index(&self, id: I) -> &T {
        &self.list[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for Table<I, T> {
    #[allow(
        clippy::indexing_slicing,
        reason = "an id is made only by the table it indexes"
    )]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.list[id.index()]
    }
}

impl<I, T: fmt::Debug> fmt::Debug for Table<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list.fmt(f)
    }
}
